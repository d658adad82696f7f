/** A door of its own for each worker on the way to the portal: who sent what and when, and what is under way. It changes nothing. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { onTestFinished } from 'vitest'

/** A write as it reached the portal's side. */
export interface Arrival {
  /** Milliseconds since 1970, finer than a millisecond: the ledger's server says its times as finely. */
  readonly at: number
  readonly service: string
  /** `MaHoSo` of each record or step. */
  readonly codes: readonly string[]
}

export interface DoorWatch {
  /** Where the worker finds the portal. */
  readonly url: string
  readonly arrivals: readonly Arrival[]
  /** Writes that have arrived and are not answered yet. */
  writesUnderWay(): number
}

const WRITES = new Set(['DongBoHoSoMC', 'CapNhatTienDoHoSoMC'])

export async function watchDoor(portal: string): Promise<DoorWatch> {
  const target = new URL(portal)
  const agent = new http.Agent({ keepAlive: true })
  const arrivals: Arrival[] = []
  let underWay = 0
  const server = http.createServer((request, response) => {
    const at = performance.timeOrigin + performance.now()
    bodyOf(request).then(
      (body) => {
        const write = writeIn(body)
        if (write !== undefined) {
          arrivals.push({ at, ...write })
          underWay += 1
          response.once('close', () => {
            underWay -= 1
          })
        }
        passOn(request, response, body)
      },
      () => response.destroy(),
    )
  })

  const passOn = ({ method, url, headers }: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const { host: _, ...others } = headers
    const onward = http.request({ agent, host: target.hostname, port: target.port, method, path: url, headers: others }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
      answer.once('error', () => response.destroy())
    })
    onward.once('error', () => response.socket?.resetAndDestroy())
    // A worker that died hangs up: so does its door.
    response.once('close', () => response.writableFinished || onward.destroy())
    onward.end(body)
  }

  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
    agent.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}${target.pathname}`, arrivals, writesUnderWay: () => underWay }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function writeIn(body: Buffer): Pick<Arrival, 'service' | 'codes'> | undefined {
  if (body.length === 0) return undefined
  const { service = '', data } = JSON.parse(body.toString('utf8')) as { service?: string; data?: readonly { readonly MaHoSo: string }[] }
  return WRITES.has(service) && Array.isArray(data) ? { service, codes: data.map(({ MaHoSo }) => MaHoSo) } : undefined
}
