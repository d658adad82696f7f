/**
 * Whether a request can have been read by the other side. Everything about repeating writes hangs on this: before the
 * connection stands, nothing was sent; afterwards anything may have been applied. DESIGN "What may be repeated".
 */
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'

export interface Flight {
  /** `idle`: our transport was not asked (an injected axios adapter). `late`: it could have left only when it must not any more. */
  stage: 'idle' | 'connecting' | 'connected' | 'late'
}

/** What axios takes as `transport`. */
export interface FlightTransport {
  request(options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest
}

/**
 * Sends through node's own modules, looked up at each call so that test interceptors work, and notes how far the request came.
 *
 * @param isTooLate asked in the moment in which the request would be written: a process that was frozen while it connected must not go on
 *   where it was.
 */
export function watched(
  flight: Flight,
  timeouts: { readonly connectMs: number; readonly readMs: number },
  isTooLate: () => boolean = () => false,
): FlightTransport {
  return {
    request(options, onAnswer) {
      const request = options.protocol === 'https:' ? https.request(options, onAnswer) : http.request(options, onAnswer)
      flight.stage = 'connecting'
      const leave = () => {
        if (isTooLate()) {
          flight.stage = 'late'
          request.destroy()
        }
      }
      request.once('socket', (socket) => {
        if (stands(socket)) {
          flight.stage = 'connected'
          leave()
          return
        }
        // In front of what node itself does then, which is to write the request.
        socket.prependOnceListener('encrypted' in socket ? 'secureConnect' : 'connect', leave)
        process.nextTick(watchConnecting, socket, flight, timeouts)
      })
      return request
    },
  }
}

/**
 * Socket time-outs instead of timers: they cost nothing on a kept connection. Node sets the read time-out when TCP connects;
 * registering a tick later puts us behind it, so that the TLS handshake still counts as connecting.
 */
function watchConnecting(socket: Socket, flight: Flight, { connectMs, readMs }: { readonly connectMs: number; readonly readMs: number }): void {
  const established = () => {
    if (flight.stage === 'late') return
    flight.stage = 'connected'
    socket.setTimeout(readMs)
  }
  if (stands(socket)) {
    established()
    return
  }
  socket.setTimeout(connectMs)
  if (!('encrypted' in socket)) {
    socket.once('connect', established)
    return
  }
  socket.once('connect', () => socket.setTimeout(connectMs))
  socket.once('secureConnect', established)
}

function stands(socket: Socket): boolean {
  const handshake = (socket as Socket & { readonly secureConnecting?: boolean }).secureConnecting
  return !socket.connecting && handshake !== true
}
