/**
 * What a dialect of the national portal is: one value that says how a call becomes an HTTP request, how a text becomes an
 * answer, and what the answer means. Nothing else in the client knows dialects apart. How to write one: docs/dialects.md.
 */
import type { OutcomeRule } from './outcome.js'
import type { PortalAnswer, PortalService } from './wire.js'

/** One call of a service, before any envelope. Names of parameters and fields are the wire's. */
export interface PortalCall {
  readonly service: PortalService
  /** The caller's unit: `madonvi` or `MaDinhDanhDV`. */
  readonly agencyCode: string
  /** Dossier records or progress steps; only on writes. */
  readonly data?: readonly unknown[]
  /** Only on `DongBoHoSoMC`: false creates, true updates. */
  readonly updating?: boolean
  /** Only on reads, e.g. `{ mahoso }`. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** What the configuration says about one installation; undefined is what it does not say. Addresses have no slash at their end. */
export interface PortalSite {
  readonly adapterUrl: string
  /** Paths after `adapterUrl` (§2.1). */
  readonly endpoints:
    | { readonly auth?: string | undefined; readonly share?: string | undefined; readonly integration?: string | undefined }
    | undefined
  /** Where a service goes here instead of its default: `share`, `integration`, or a path after `adapterUrl`. */
  readonly serviceEndpoints: Readonly<Partial<Record<PortalService, string>>> | undefined
  /** `VN:GOV:<agency>:<subsystem>`; some adapters add it themselves (§2). */
  readonly dstcode: string | undefined
  /** Absolute addresses, for relays with one address an operation (§9). */
  readonly urls: { readonly create: string; readonly update: string; readonly progress: string; readonly read?: string | undefined } | undefined
}

/** Must stay on the host of `adapterUrl`: the client refuses anything else. */
export interface WireRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** An option that a dialect cannot work without. */
export type DialectNeed = 'credentials.username' | 'credentials.password' | 'credentials.token' | 'urls'

/** An option that only some dialects read. */
export type DialectUse = 'endpoints' | 'serviceEndpoints' | 'dstcode' | 'urls'

export interface PortalDialect {
  readonly name: string
  readonly needs: readonly DialectNeed[]
  /** What `request` reads of the {@link PortalSite} besides `adapterUrl`. An option that is neither here nor in `needs` is refused. */
  readonly uses?: readonly DialectUse[]
  /** Where calls carry a session that a login gives. Absent: the token of the configuration is shown, or nothing. */
  readonly session?: {
    /** After this the session is not used any more, even if nobody refused it (§3.3: 10 minutes). */
    readonly maxAgeMs: number
    readonly logIn: (credentials: { readonly username: string; readonly password: string }, site: PortalSite) => WireRequest
  }
  /** @param secret the session, else the token, else an empty text. */
  readonly request: (call: PortalCall, site: PortalSite, secret: string) => WireRequest
  /**
   * The answer in a body, a login's too; null when it is not the portal's (a page or a fault of something in between). When it
   * throws, the body counts as not the portal's.
   */
  readonly answer: (text: string) => PortalAnswer | null
  /** What answers mean; the first rule that fits decides. */
  readonly outcomes: readonly OutcomeRule[]
  /** Whether `TraCuuHoSo` can be asked. Without it an unknown create is settled by creating again. */
  readonly canLookUp: (site: PortalSite) => boolean
  /** Most that `submitDossiers` takes. The engine sends one a call unless told otherwise: docs/adr/0005-one-dossier-per-call.md. */
  readonly dossiersPerCall: number
  /** Most steps of one dossier that go in one call, also by the engine. */
  readonly stepsPerCall: number
}
