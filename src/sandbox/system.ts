import type { Answer, Incoming } from './exchange.js'

/** One request to a simulated system, understood but not yet carried out: the plan of faults decides in between. */
export interface Call {
  readonly service: string
  /** What the call is about: the number of the first dossier, a user name, a query. Faults hang on it. */
  readonly key: string
  /** Progress steps in the request, so that repeats after an unknown outcome can be counted. */
  readonly stepKeys: readonly string[]
  /** Carries the call out. `attempt` counts the calls with this service and key, from 1. */
  run(attempt: number): Answer
  /** Called when the request is over, answered or not: systems that count who is inside need it. */
  done?(): void
  /** What the system says when it no longer knows the caller. */
  sessionLost(): Answer
  /** A refusal for reasons of its own, at the system's manners. */
  rejected(): Answer
}

export interface SimulatedSystem {
  readonly name: string
  /** Paths beginning so belong to it. */
  readonly base: string
  open(request: Incoming): Call
}

/** What a client needs to reach a system. */
export interface SystemAddress {
  readonly url: string
  /** Of a system whose operations have addresses of their own: one an operation, as its client wants them. */
  readonly urls?: Readonly<Record<string, string>>
  readonly credentials: Readonly<Record<string, string>>
}
