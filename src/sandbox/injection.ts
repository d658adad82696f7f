/** Carries a fault out on a live connection. */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../base/index.js'
import { type Answer, send } from './exchange.js'
import type { Fault, FaultKind } from './faults.js'
import type { Call } from './system.js'

export interface Stage {
  readonly call: Call
  readonly attempt: number
  readonly response: ServerResponse
  readonly clock: Clock
  /** Aborted when the sandbox stops. */
  readonly stopped: AbortSignal
}

type Act = (fault: Fault, stage: Stage) => Promise<void> | void

const acts: Readonly<Record<FaultKind, Act>> = {
  async 'timeout-before'(fault, stage) {
    await silence(fault, stage)
  },
  async 'timeout-after-apply'(fault, stage) {
    run(stage)
    await silence(fault, stage)
  },
  async 'late-apply'(fault, stage) {
    // Also when the client has long gone away: that is what makes it late.
    if (!(await pause(stage.clock, fault.delayMs, stage.stopped))) return
    run(stage)
    stage.response.destroy()
  },
  'http-500'(fault, stage) {
    if (fault.applied) run(stage)
    send(stage.response, page(500, 'HTTP Status 500 – Internal Server Error'))
  },
  'http-429'(fault, stage) {
    const seconds = fault.delayMs > 0 ? Math.ceil(fault.delayMs / 1000) : fault.variant
    send(stage.response, { status: 429, body: 'Too Many Requests', headers: { 'content-type': 'text/plain', 'retry-after': String(seconds) } })
  },
  reset(fault, stage) {
    if (fault.applied) run(stage)
    stage.response.socket?.resetAndDestroy()
  },
  garbage(fault, stage) {
    const real = fault.applied ? run(stage).body : '{"error_code":"0","message":"Xử lý'
    const half = { status: 200, body: real.slice(0, Math.ceil(real.length / 2)), headers: { 'content-type': 'application/json' } }
    send(stage.response, fault.variant === 0 ? half : page(200, 'Trang đăng nhập'))
  },
  empty(fault, stage) {
    if (fault.applied) run(stage)
    send(stage.response, { status: 200, body: '', headers: { 'content-type': 'application/json' } })
  },
  'session-lost'(_, stage) {
    send(stage.response, stage.call.sessionLost())
  },
  async slow(fault, stage) {
    const answer = run(stage)
    if (await pause(stage.clock, fault.delayMs, gone(stage))) send(stage.response, answer)
  },
  reject(_, stage) {
    send(stage.response, stage.call.rejected())
  },
}

export async function inject(fault: Fault, stage: Stage): Promise<void> {
  await acts[fault.kind](fault, stage)
}

function run({ call, attempt }: Stage): Answer {
  return call.run(attempt)
}

/** Says nothing until the client gives up or the delay is over; then the line goes dead. */
async function silence(fault: Fault, stage: Stage): Promise<void> {
  await pause(stage.clock, fault.delayMs, gone(stage))
  stage.response.destroy()
}

function page(status: number, title: string): Answer {
  return {
    status,
    body: `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
    headers: { 'content-type': 'text/html;charset=UTF-8' },
  }
}

/** Aborted when the client closes the connection or the sandbox stops. */
function gone({ response, stopped }: Stage): AbortSignal {
  const closed = new AbortController()
  response.once('close', () => closed.abort())
  return AbortSignal.any([closed.signal, stopped])
}

/** @returns whether the whole time passed. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal)
    return true
  } catch {
    return false
  }
}
