/**
 * What a dialect of the procedure database is: one value that says how a call becomes an HTTP request, how a text becomes an answer,
 * and what the answer means. Nothing else in the client knows dialects apart. contracts/procedure-database.md §3
 */
import type { WireRequest } from '../national-portal/index.js'
import type { ProcedureDatabaseAnswer, ProcedureDatabaseKind } from './answer.js'
import type { ProcedureDatabaseRule } from './outcome.js'
import type { DictionaryService } from './wire.js'

/** One call, before any envelope. */
export type ProcedureDatabaseCall =
  | { readonly kind: 'list'; readonly service: 'LayDanhSachTTHC' | 'LayDanhSachTTHCDonVi'; readonly lastId: string | null }
  | { readonly kind: 'procedure'; readonly service: 'LayThuTuc'; readonly code: string; readonly reference: string | null }
  | { readonly kind: 'dictionary'; readonly service: DictionaryService }
  | { readonly kind: 'decision'; readonly service: 'LayQDCB'; readonly id: string }

/** What the configuration says about one installation; undefined is what it does not say. Addresses have no slash at their end. */
export interface ProcedureDatabaseSite {
  readonly baseUrl: string
  /** The caller's unit (`madonvi`). */
  readonly agencyCode: string | undefined
  /** The unit whose list is asked for (`maDonVi` of `LayDanhSachTTHCDonVi`); undefined: the whole list. */
  readonly unitCode: string | undefined
  readonly dstcode: string | undefined
  /** Paths after `baseUrl`. */
  readonly endpoints:
    | { readonly auth?: string | undefined; readonly share?: string | undefined; readonly integration?: string | undefined }
    | undefined
}

/** An option that a dialect cannot work without. */
export type ProcedureDatabaseNeed = 'agencyCode' | 'credentials.username' | 'credentials.password' | 'credentials.token'
/** An option that only some dialects read. */
export type ProcedureDatabaseUse = 'agencyCode' | 'unitCode' | 'dstcode' | 'endpoints'

export interface ProcedureDatabaseDialect {
  readonly name: string
  readonly needs: readonly ProcedureDatabaseNeed[]
  /** What `request` reads of the {@link ProcedureDatabaseSite} besides `baseUrl`. An option that is neither here nor in `needs` is refused. */
  readonly uses?: readonly ProcedureDatabaseUse[]
  readonly offers: { readonly dictionaries: boolean; readonly decisions: boolean }
  /** Whose fields a detail has: §4.2 (`MATTHC`), or those of the portal of 2026. */
  readonly form: 'national' | 'portal-2026'
  /** What a detail is asked for with. */
  readonly detailBy: 'code' | 'reference'
  /** Names of the fields of a list's row in any letter case; of several, the first that holds something; of codes, one in the form of a code. */
  readonly listFields: { readonly code: readonly string[]; readonly name: readonly string[]; readonly reference: readonly string[] }
  /** How much is asked of this system unless the configuration says otherwise. */
  readonly limits?: { readonly concurrency?: number; readonly requestsPerSecond?: number }
  /** Where calls carry a session that a login gives. Absent: the token of the configuration is shown, or nothing. */
  readonly session?: {
    /** After this the session is not used any more, even if nobody refused it. */
    readonly maxAgeMs: number
    readonly logIn: (credentials: { readonly username: string; readonly password: string }, site: ProcedureDatabaseSite) => WireRequest
  }
  /** @param secret the session, else the token, else an empty text. */
  readonly request: (call: ProcedureDatabaseCall, site: ProcedureDatabaseSite, secret: string) => WireRequest
  /** The answer in a body, a login's too; null when it is not the database's (a page or a fault of something in between). */
  readonly answer: (text: string, kind: ProcedureDatabaseKind) => ProcedureDatabaseAnswer | null
  /** What answers mean; the first rule that fits decides. */
  readonly outcomes: readonly ProcedureDatabaseRule[]
}
