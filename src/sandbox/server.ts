/** Real HTTP in front of the simulated world. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Answer, type Incoming, readBody, send } from './exchange.js'
import { faultFor, OUTCOME_UNKNOWN } from './faults.js'
import { inject, pause } from './injection.js'
import type { SimulatedSystem } from './system.js'
import { serveTestDoor, TEST_DOOR } from './test-door.js'
import type { World } from './world.js'

export interface ServerOptions {
  readonly host: string
  readonly port: number
  /** Added to every answer of a simulated system. */
  readonly latencyMs: number
}

export interface RunningServer {
  readonly origin: string
  /** Cuts whatever is still open, also calls that a fault keeps waiting. */
  stop(): Promise<void>
}

/** Longer than any client keeps an idle connection, so that a reset is always one we meant. */
const KEEP_ALIVE_MS = 10 * 60_000

export async function startServer(world: World, options: ServerOptions): Promise<RunningServer> {
  const stopping = new AbortController()
  const server = createServer((request, response) => {
    serve(world, options, stopping.signal, request, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, { status: 500, body: `sandbox: ${error instanceof Error ? error.stack : String(error)}` })
      else response.destroy()
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = KEEP_ALIVE_MS + 1000
  server.requestTimeout = 0
  await listen(server, options)
  const { address, port, family } = server.address() as AddressInfo
  const origin = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  world.listens(origin)
  return {
    origin,
    async stop() {
      stopping.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(world: World, options: ServerOptions, stopped: AbortSignal, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  if (body === undefined) {
    response.destroy()
    return
  }
  const incoming = read(request, body)
  if (incoming.path.startsWith(`${TEST_DOOR}/`)) {
    send(response, await serveTestDoor(world, incoming))
    return
  }
  const system = world.systems.find((one) => incoming.path === one.base || incoming.path.startsWith(`${one.base}/`))
  if (system === undefined) send(response, nothingHere)
  else await pass(world, options, system, { incoming, response, stopped })
}

interface Passing {
  readonly incoming: Incoming
  readonly response: ServerResponse
  readonly stopped: AbortSignal
}

async function pass(world: World, { latencyMs }: ServerOptions, system: SimulatedSystem, { incoming, response, stopped }: Passing): Promise<void> {
  const call = system.open(incoming)
  if (call.done !== undefined) response.once('close', () => call.done?.())
  const attempt = world.attempt(system.name, call.service, call.key)
  if (call.stepKeys.length > 0) {
    world.repeats.arrived(call.stepKeys)
    // A client that hung up never learns what became of its steps.
    response.once('close', () => {
      if (!response.writableFinished) world.repeats.leftUnknown(call.stepKeys)
    })
  }
  const fault = faultFor(world.plan, { system: system.name, service: call.service, key: call.key, attempt })
  if (fault !== undefined) {
    world.struck(call.service, fault.kind)
    if (OUTCOME_UNKNOWN.has(fault.kind)) world.repeats.leftUnknown(call.stepKeys)
    await inject(fault, { call, attempt, response, clock: world.clock, stopped })
    return
  }
  const answer = call.run(attempt)
  const waitMs = latencyMs + (answer.delayMs ?? 0)
  if (waitMs > 0 && !(await pause(world.clock, waitMs, stopped))) return
  send(response, answer)
}

function read(request: IncomingMessage, body: string): Incoming {
  const target = request.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body,
  }
}

const nothingHere: Answer = { status: 404, body: 'The sandbox simulates no system at this address.\n', headers: { 'content-type': 'text/plain' } }

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}
