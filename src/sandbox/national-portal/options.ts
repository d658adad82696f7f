/** What nobody knows about the national portal, as switches. Defaults: contracts/national-portal.md §10, the worst case for a client. */
export interface PortalOptions {
  readonly accounts: readonly PortalAccount[]
  /** Static token of the provincial proxy. §3.1 */
  readonly proxyToken: string
  readonly sessionMs: number
  /** How a lost session looks: HTTP 200 and a message, or 401. */
  readonly sessionLoss: 'message' | 'http-401'
  /** Whether calls without `dstcode` are turned away. */
  readonly requireDstcode: boolean
  /** `existence`: a lookup proves that the dossier exists and shows nothing of it. */
  readonly lookUp: 'existence' | 'echo'
  /** Names that no contract knows. */
  readonly unknownFields: 'reject' | 'ignore'
  /** An old server may not know the extension fields of §4.1.1. */
  readonly extensionFields: 'accept' | 'ignore' | 'reject'
  /** Whether a step that is already there is left out when it comes again. */
  readonly dedupeSteps: boolean
  readonly largestBatch: { readonly dossiers: number; readonly steps: number }
}

export interface PortalAccount {
  readonly username: string
  readonly password: string
  /** The account speaks for this agency and for all below it. */
  readonly agencyCode: string
}

export const DSTCODE = 'VN:GOV:000.00.00.G22:vpcpdvcprovider'

export const portalDefaults: PortalOptions = {
  accounts: [{ username: '000.00.00.H99', password: 'sandbox', agencyCode: '000.00.00.H99' }],
  proxyToken: 'sandbox-token',
  sessionMs: 10 * 60_000,
  sessionLoss: 'message',
  requireDstcode: false,
  lookUp: 'existence',
  unknownFields: 'reject',
  extensionFields: 'accept',
  dedupeSteps: false,
  largestBatch: { dossiers: 50, steps: 10 },
}
