/** The national portal as the rest of the library sees it. contracts/national-portal.md §3–4. */
import { LienthongError } from '../../base/index.js'
import { httpClient } from '../../transport/index.js'
import { lowerCaseKeys } from './answer.js'
import { type Call, type Judged, portalCalls } from './call.js'
import { canLookUpWith } from './dialect-calls.js'
import type { AnswerNote } from './note.js'
import { type NationalPortalOptions, readPortalOptions, SYSTEM } from './options.js'
import { checkedRecords, checkedSteps, invalidRecord } from './outward.js'
import { agencyRow, type DossierRecord, type PortalService, type ProgressStepRecord, techIdRow } from './wire.js'

export interface PortalOutcome {
  /** `already-exists` and `unknown-dossier` are answers, not errors: the caller switches between create and update. */
  readonly outcome: 'accepted' | 'already-exists' | 'unknown-dossier' | 'rejected'
  readonly answer: AnswerNote
}

/** A row of the agency list (§4.8). `level` is the portal's own number. */
export interface AgencyEntry {
  readonly code: string
  readonly name: string
  readonly level: string | null
}

export interface PortalWriteOptions {
  readonly signal?: AbortSignal | undefined
  /** By the client's clock, in milliseconds: what did not leave until then does not leave (`transport.too_late`). */
  readonly notAfter?: number | undefined
  /** The unit to name (`madonvi`) instead of the client's own. */
  readonly agencyCode?: string | undefined
}

export interface SubmitOptions extends PortalWriteOptions {
  readonly updating: boolean
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface LookUpOptions extends CallOptions {
  /** As in {@link PortalWriteOptions.agencyCode}. */
  readonly agencyCode?: string | undefined
}

/**
 * Every method throws {@link LienthongError}: kind `transient` or `throttled` when nothing was sent or applied, `unknown` when a
 * write left and no usable answer came (`transport.unanswered`, `transport.server_failed`, `portal.unreadable_answer`),
 * `auth` for the account, `config` for our settings, `aborted` for the caller's signal.
 */
export interface NationalPortal {
  /** Host and port of `adapterUrl`; no request goes anywhere else. */
  readonly host: string
  /** Name of the dialect. */
  readonly dialect: string
  /** Whether {@link lookUpDossier} can be asked here. */
  readonly canLookUp: boolean
  readonly stepsPerCall: number
  readonly dossiersPerCall: number
  /** The unit that a call names for this dossier, unless told another. */
  unitOf(record: DossierRecord): string

  /** Creates or updates one dossier (`DongBoHoSoMC`, §4.1). */
  submitDossier(record: DossierRecord, options: SubmitOptions): Promise<PortalOutcome>
  /** Several in one call. One outcome for all: nobody knows whether the portal takes a batch as a whole (§3.4). */
  submitDossiers(records: readonly DossierRecord[], options: SubmitOptions): Promise<PortalOutcome>
  /** Appends steps of one or more dossiers (`CapNhatTienDoHoSoMC`, §4.2), at most {@link stepsPerCall}. Not idempotent. */
  addProgress(steps: readonly ProgressStepRecord[], options?: PortalWriteOptions): Promise<PortalOutcome>
  /** Asks whether the portal has a dossier (`TraCuuHoSo`, §4.3). The rows' shape is not known: rely on `exists` only. */
  lookUpDossier(code: string, options?: LookUpOptions): Promise<{ readonly exists: boolean; readonly rows: readonly unknown[] }>
  /** The list of agencies (`LayDanhMucCoQuan`, §4.8). An answer without rows is an error, never an empty country. */
  agencies(options?: CallOptions): Promise<readonly AgencyEntry[]>
  /** The national account of a person or company by identity number or tax code (`TraCuuTechID`, §4.9); null when there is none. */
  findAccount(idNumber: string, options?: CallOptions): Promise<string | null>
  /** Makes sure that we are let in: logs in unless a session is held. Does nothing where a token is shown. */
  login(options?: CallOptions): Promise<void>
}

/**
 * Opens a client; nothing is sent before the first call.
 *
 * A refused password is tried once: afterwards every call throws the same `portal.login_refused`, until a new client is made.
 *
 * @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option.
 */
export function nationalPortal(options: NationalPortalOptions): NationalPortal {
  const settings = readPortalOptions(options)
  const { dialect, site, agencyOf } = settings
  const canLookUp = canLookUpWith(dialect, site)
  const calls = portalCalls(settings, httpClient({ ...settings.transport, system: SYSTEM, hop: 'adapter' }))

  async function write(call: Call, signal: AbortSignal | undefined): Promise<PortalOutcome> {
    const judged = await calls.make(call, signal)
    return { outcome: judged.means, answer: judged.note() }
  }

  async function read(
    service: PortalService,
    agencyCode: string,
    parameters: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Judged> {
    const judged = await calls.make({ kind: 'read', wire: { service, agencyCode, parameters }, sent: parameters }, signal)
    if (judged.means === 'rejected' || judged.means === 'already-exists') throw judged.error('portal.rejected')
    return judged
  }

  const unitOf = (record: DossierRecord): string => agencyOf({ code: record.MaHoSo, record })

  async function submit(records: readonly DossierRecord[], { updating, signal, notAfter, agencyCode: named }: SubmitOptions): Promise<PortalOutcome> {
    checkedRecords(records, dialect.dossiersPerCall)
    const [agencyCode, ...others] = new Set(records.map((record) => named ?? unitOf(record)))
    if (agencyCode === undefined || others.length > 0)
      throw invalidRecord('DongBoHoSoMC', 'madonvi', 'dossiers of different units do not go in one call')
    return write(
      { kind: updating ? 'update' : 'create', wire: { service: 'DongBoHoSoMC', agencyCode, updating, data: records }, sent: records, notAfter },
      signal,
    )
  }

  return {
    host: new URL(site.adapterUrl).host,
    dialect: dialect.name,
    canLookUp,
    stepsPerCall: dialect.stepsPerCall,
    dossiersPerCall: dialect.dossiersPerCall,
    unitOf,

    submitDossier: (record, options) => submit([record], options),
    submitDossiers: submit,

    async addProgress(steps, { signal, notAfter, agencyCode: named } = {}) {
      checkedSteps(steps, dialect.stepsPerCall)
      const [agencyCode, ...others] = new Set(steps.map((step) => named ?? agencyOf({ code: step.MaHoSo, record: null })))
      if (agencyCode === undefined || others.length > 0)
        throw invalidRecord('CapNhatTienDoHoSoMC', 'madonvi', 'steps of different units do not go in one call')
      return write({ kind: 'progress', wire: { service: 'CapNhatTienDoHoSoMC', agencyCode, data: steps }, sent: steps, notAfter }, signal)
    },

    async lookUpDossier(code, { signal, agencyCode } = {}) {
      if (!canLookUp) {
        const problem = `the dialect ${dialect.name} cannot look dossiers up here`
        throw new LienthongError('config.invalid', { values: { place: `${SYSTEM}.dialect`, problem }, system: SYSTEM, operation: 'TraCuuHoSo' })
      }
      const judged = await read('TraCuuHoSo', agencyCode ?? agencyOf({ code, record: null }), { mahoso: code }, signal)
      const rows = judged.means === 'accepted' ? judged.rows() : []
      // A row that names another dossier proves nothing about this one.
      const own = rows.filter((row) => !namesAnother(row, code))
      if (own.length === 0 && rows.length > 0) throw judged.unreadable('rows of another dossier')
      return { exists: own.length > 0, rows: own }
    },

    async agencies({ signal } = {}) {
      const judged = await read('LayDanhMucCoQuan', agencyOf({ code: null, record: null }), {}, signal)
      const rows = judged.rows()
      if (rows.length === 0) throw judged.unreadable('no rows')
      return rows.map((row, index) => {
        const entry = agencyRow.safeParse(lowerCaseKeys(row))
        if (!entry.success) throw judged.unreadable(`result[${index}]: ${String(entry.error.issues[0]?.path.join('.'))}`)
        return { code: entry.data.madonvi, name: entry.data.tendonvi ?? '', level: entry.data.capdonvi ?? null }
      })
    },

    async findAccount(idNumber, { signal } = {}) {
      const parameters = { provider: 'wso2is', mstorcmnd: idNumber }
      const judged = await read('TraCuuTechID', agencyOf({ code: null, record: null }), parameters, signal)
      const [row] = judged.means === 'accepted' ? judged.rows() : []
      if (row === undefined) return null
      const account = techIdRow.safeParse(lowerCaseKeys(row))
      if (!account.success) throw judged.unreadable('result[0]: technicalid')
      return account.data.technicalid.trim() || null
    },

    login: ({ signal } = {}) => calls.logIn(signal),
  }
}

function namesAnother(row: unknown, code: string): boolean {
  const named = lowerCaseKeys(row)?.mahoso
  return typeof named === 'string' && named.trim() !== '' && named.trim().toUpperCase() !== code.trim().toUpperCase()
}
