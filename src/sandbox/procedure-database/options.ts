/** What nobody knows about the procedure database, as switches. contracts/procedure-database.md §10 and §11. */
import { hours } from '../../base/index.js'
import { DSTCODE, type PortalAccount } from '../national-portal/options.js'

/**
 * Oddities of real records, each with the share of procedures that show it: 0 never, 1 always. The same seed gives the same ones.
 * All are valid: a client that reads as §10 says loses nothing.
 */
export interface ProcedureQuirks {
  /** Numbers where the contract has text: `KENH`, `THOIGIANGIAIQUYET`, `TRANGTHAI`, `SOTIEN`. */
  readonly numbers: number
  /** `MaTTHC`, `TenTTHC`, `Url`. */
  readonly keyCase: number
  /** Fee codes `1'` and `2'`, `500.000`, `không`. */
  readonly feeSpelling: number
  /** `PHILEPHI` under the channel instead of the time limit. */
  readonly channelFees: number
  /** The same `MAGIAYTO` once per form file; otherwise a document shows its first form only. */
  readonly repeatedDocuments: number
  /** Tabs, line breaks and doubled spaces in names, numbering before steps and documents. */
  readonly whitespace: number
}

export interface ProcedureDatabaseOptions {
  /** A `.jsonl` in the schema of `data/procedures`, instead of made-up procedures. */
  readonly file: string | null
  /** How many made-up procedures, the story's own thirty-eight among them. */
  readonly count: number
  readonly account: PortalAccount
  readonly dstcode: string
  /** 6 h (A). */
  readonly sessionMs: number
  /** The list and the dictionaries are asked for at one path, `LayThuTuc` at another. §3a */
  readonly endpoints: { readonly share: string; readonly integration: string }
  /** `null`: the provincial gateway asks nobody who he is, as in one province. §3b */
  readonly gatewayToken: string | null
  /** What the public portal takes before it answers 429; `null` takes everything. §3c */
  readonly throttle: { readonly perSecond: number; readonly concurrent: number } | null
  /** Whether rows of the list carry `TRANGTHAI`. §4.1 */
  readonly listState: boolean
  readonly quirks: ProcedureQuirks
  /** What an upload has to bring: the native session in its field `session`, or the token as a bearer (A). */
  readonly uploadAuth: 'session' | 'bearer' | 'none'
  readonly uploadToken: string
  /** How long a published service whose name begins with `slow-` keeps its visitors waiting. */
  readonly slowPageMs: number
}

/** As programs write it. */
export type ProcedureDatabaseInput = Partial<Omit<ProcedureDatabaseOptions, 'quirks'>> & { readonly quirks?: Partial<ProcedureQuirks> }

export const procedureDatabaseDefaults: ProcedureDatabaseOptions = {
  file: null,
  count: 6500,
  account: { username: 'tthc.000.00.00.H99', password: 'sandbox', agencyCode: '000.00.00.H99' },
  dstcode: DSTCODE,
  sessionMs: hours(6),
  endpoints: { share: '/mapi/g', integration: '/mapi/i' },
  gatewayToken: 'sandbox-gateway-token',
  throttle: { perSecond: 10, concurrent: 3 },
  listState: false,
  quirks: { numbers: 0.3, keyCase: 0.15, feeSpelling: 0.5, channelFees: 0.1, repeatedDocuments: 1, whitespace: 0.1 },
  uploadAuth: 'session',
  uploadToken: 'sandbox-upload-token',
  slowPageMs: 30_000,
}

export function procedureDatabaseOptions(input: ProcedureDatabaseInput = {}): ProcedureDatabaseOptions {
  return { ...procedureDatabaseDefaults, ...input, quirks: { ...procedureDatabaseDefaults.quirks, ...input.quirks } }
}
