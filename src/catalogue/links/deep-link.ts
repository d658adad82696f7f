/**
 * Links by which the national portal hands a citizen over to a province: `MaTTHC`, `MaTTHCDP`, `MaCoQuanThucHien`, `MaDVC`, `vneid` or
 * `vnconnect`, `MDT`. contracts/procedure-database.md §6 "Deep link" (C5)
 */
import { type Finding, fillText, type Notes, notesFor, redact, type Text } from '../../base/index.js'
import {
  type CodeAndName,
  type OnlineService,
  type ProcedureEntry,
  parseAgencyCode,
  parseProcedureCode,
  parseServiceCode,
  type ServiceCode,
  toLongForm,
  toShortForm,
} from '../../domain/index.js'
import { type DeepLinkName, type QueryRecord, readQuery } from './deep-link-query.js'
import { type DeepLinkRefusal, deepLinkRefusals, deepLinkRules } from './deep-link-rules.js'

/** What a province knows, asked while a link is resolved. */
export interface DeepLinkContext {
  /** By the code as the province writes it. */
  readonly local: (code: string) => ProcedureEntry | undefined
  /** All that are matched to a national code `d.dddddd`. */
  readonly byNational: (code: string) => readonly ProcedureEntry[]
  /** The numbered cases of a procedure; null: not known, and any number is taken. Absent: never known. */
  readonly services?: (entry: ProcedureEntry) => readonly OnlineService[] | null
  /** By its code; asked for each form of it. Absent: any agency of ours is taken. */
  readonly agency?: (code: string) => CodeAndName | undefined
  /** Our own code, e.g. `000.00.00.H99`; after a merger also those of the provinces we were. Absent: codes of any province are taken. */
  readonly agencyCode?: string | readonly string[]
}

export type DeepLinkLogin = 'vneid' | 'vnconnect'

/** Where a deep link leads. */
export interface DeepLink {
  readonly procedure: { readonly localCode: string; readonly nationalCode: string | null; readonly name: string }
  /** The case of the procedure (`MaDVC`), as our catalogue writes its code. */
  readonly serviceCase: { readonly code: string; readonly name: string | null } | null
  readonly agency: { readonly code: string; readonly name: string | null } | null
  /** How the citizen signed in at the national portal: `vnconnect` is the old way. */
  readonly login: DeepLinkLogin | null
  /** `MDT` as it came, checked to be base64 of a GUID. It stands for one citizen: hand it on, and keep it out of logs. */
  readonly citizenToken: string | null
  readonly findings: readonly Finding[]
}

export type ResolvedDeepLink =
  | { readonly ok: true; readonly value: DeepLink }
  | { readonly ok: false; readonly reason: DeepLinkRefusal; readonly problem: Text; readonly hint: Text }

type Refused = Extract<ResolvedDeepLink, { ok: false }>
type Found = { readonly ok: true; readonly entry: ProcedureEntry } | Refused
type LinkNotes = Notes<keyof typeof deepLinkRules>
type Values = ReadonlyMap<DeepLinkName, string>

/**
 * Resolves a deep link, or says why not. Never throws, whatever comes; what it says quotes codes only.
 *
 * `MaTTHCDP` comes first: as written, in its other forms, then by its national part. `MaTTHC` decides only where it is alone, and where one
 * procedure has it. A case of another procedure is refused; a case or an agency that we do not know is left open, with a finding.
 *
 * @param query an address, a query with or without `?`, or the object a web framework makes of it. Names in any letter case.
 */
export function parseDeepLink(query: string | URLSearchParams | QueryRecord, context: DeepLinkContext): ResolvedDeepLink {
  const read = readQuery(query)
  if (!read.ok) return refuse(read.refusal, { name: read.name })
  const notes = notesFor(deepLinkRules)
  const { values } = read
  const service = serviceOf(values, notes)
  const found = procedureOf(values, service, context, notes)
  if (!found.ok) return found
  const { entry } = found
  if (service !== undefined && !belongs(service, entry)) {
    return refuse('service-of-another-procedure', { service: shown(service.text), found: shown(entry.localCode) })
  }
  const { localCode, nationalCode, name } = entry
  return {
    ok: true,
    value: {
      procedure: { localCode, nationalCode, name },
      serviceCase: service === undefined ? null : caseOf(service, entry, context, notes),
      agency: agencyOf(values, context, notes),
      login: isOn(values.get('vneid')) ? 'vneid' : isOn(values.get('vnconnect')) ? 'vnconnect' : null,
      citizenToken: tokenOf(values, notes),
      findings: notes.findings,
    },
  }
}

/**
 * Builds the query of a deep link, without `?`; {@link parseDeepLink} leads back.
 *
 * @param options.service the code of a case, `MaDVC`.
 */
export function deepLink(
  entry: Pick<ProcedureEntry, 'localCode' | 'nationalCode'>,
  options: { readonly agencyCode?: string | null; readonly service?: string | null; readonly login?: DeepLinkLogin | null } = {},
): string {
  const { agencyCode, service, login } = options
  const query = new URLSearchParams()
  if (entry.nationalCode !== null) query.set('MaTTHC', entry.nationalCode)
  query.set('MaTTHCDP', entry.localCode)
  if (agencyCode) query.set('MaCoQuanThucHien', agencyCode)
  if (service) query.set('MaDVC', service)
  if (login) query.set(login, '1')
  return query.toString()
}

function procedureOf(values: Values, service: ServiceCode | undefined, context: DeepLinkContext, notes: LinkNotes): Found {
  const local = values.get('MaTTHCDP')
  const national = values.get('MaTTHC')
  if (local !== undefined) return byLocal(local, national, context, notes)
  if (national !== undefined) return byNational(national, context, notes)
  if (service === undefined) return refuse('no-procedure')
  notes.add('deep-link.by-service-code', 'MaDVC', { service: shown(service.text) })
  return byLocal(service.procedure.text, undefined, context, notes)
}

function byLocal(written: string, national: string | undefined, context: DeepLinkContext, notes: LinkNotes): Found {
  const local = shown(written)
  const base = nationalPartOf(written)
  const claimed = national === undefined ? undefined : nationalPartOf(national)
  if (national !== undefined && claimed === undefined) notes.add('deep-link.national-code-unreadable', 'MaTTHC')
  const entry = localEntry(written, context)
  if (entry !== undefined) {
    const own = entry.nationalCode ?? nationalPartOf(entry.localCode)
    if (claimed !== undefined && own !== undefined && claimed !== own) notes.add('deep-link.codes-disagree', 'MaTTHC', { local, national: claimed })
    return { ok: true, entry }
  }
  if (base === undefined) return refuse('local-code-unreadable')
  const parsed = parseProcedureCode(written)
  const province = parsed.ok ? parsed.value.province : null
  if (province !== null && !isOurs(province, context)) return refuse('other-province', { local, province })
  if (claimed !== undefined && claimed !== base) return refuse('codes-disagree', { local, national: claimed })
  const candidates = candidatesOf(base, context)
  const [only, ...others] = candidates
  if (only === undefined) return refuse('local-code-unknown', { local })
  if (others.length > 0) return several(base, candidates)
  // A bare code is the usual form of newer links and no reason for a remark.
  if (written.toUpperCase() !== base) notes.add('deep-link.local-code-unknown', 'MaTTHCDP', { local, found: shown(only.localCode) })
  return { ok: true, entry: only }
}

function byNational(written: string, context: DeepLinkContext, notes: LinkNotes): Found {
  const national = nationalPartOf(written)
  if (national === undefined) return refuse('national-code-unreadable')
  const candidates = candidatesOf(national, context)
  const [only, ...others] = candidates
  if (only === undefined) return refuse('national-code-unknown', { national })
  if (others.length > 0) return several(national, candidates)
  notes.add('deep-link.by-national-code', 'MaTTHC', { national, found: shown(only.localCode) })
  return { ok: true, entry: only }
}

const MOST_NAMED = 5

function several(national: string, candidates: readonly ProcedureEntry[]): Refused {
  const codes = candidates.slice(0, MOST_NAMED).map(({ localCode }) => shown(localCode))
  return refuse('several-procedures', { national, found: codes.join(', ') + (candidates.length > MOST_NAMED ? ', …' : '') })
}

/** As written: a province may keep codes of no form at all. Then the other forms of a code that carries our province (§6). */
function localEntry(written: string, context: DeepLinkContext): ProcedureEntry | undefined {
  const parsed = parseProcedureCode(written)
  const forms = [written, written.toUpperCase()]
  if (parsed.ok && parsed.value.province !== null && isOurs(parsed.value.province, context)) {
    forms.push(...formsOf(parsed.value.base, parsed.value.province), parsed.value.base)
  }
  return firstOf(forms, context.local)
}

/** All that share a national code; where nobody has matched it, those of ours that carry its number and no other national code. */
function candidatesOf(base: string, context: DeepLinkContext): readonly ProcedureEntry[] {
  const matched = context.byNational(base)
  if (matched.length > 0) return matched
  const forms = [base, ...rootsOf(context).flatMap((root) => formsOf(base, root))]
  const carrying = new Set(forms.map((form) => context.local(form)).filter((entry) => entry !== undefined))
  // Where somebody looked and found that the number is another procedure's, or none, no citizen is sent there.
  return [...carrying].filter(({ nationalCode, withheld }) => nationalCode === base || (nationalCode === null && withheld === undefined))
}

const formsOf = (base: string, province: string): readonly string[] => [`${base}.000.00.00.${province}`, `${base}.${province}`]

function firstOf<T>(forms: Iterable<string>, find: (form: string) => T | undefined): T | undefined {
  for (const form of forms) {
    const found = find(form)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first 8 characters recover the national code from every local form (§6, C3). */
function nationalPartOf(code: string): string | undefined {
  return /^(\d\.\d{6})(?:\.|$)/.exec(code)?.[1]
}

function serviceOf(values: Values, notes: LinkNotes): ServiceCode | undefined {
  const written = values.get('MaDVC')
  if (written === undefined) return undefined
  const parsed = parseServiceCode(written)
  if (parsed.ok) return parsed.value
  notes.add('deep-link.service-unreadable', 'MaDVC')
  return undefined
}

function belongs({ procedure }: ServiceCode, { localCode, nationalCode }: ProcedureEntry): boolean {
  return procedure.base === nationalCode || procedure.base === nationalPartOf(localCode)
}

/** Cases are told apart by their number: the code before it may be the local or the national one. */
function caseOf(service: ServiceCode, entry: ProcedureEntry, context: DeepLinkContext, notes: LinkNotes): DeepLink['serviceCase'] {
  const services = context.services?.(entry) ?? null
  if (services === null) return { code: service.text, name: null }
  for (const { code, name } of services) {
    const parsed = code === null ? undefined : parseServiceCode(code)
    if (code !== null && parsed?.ok && parsed.value.number === service.number && belongs(parsed.value, entry)) return { code, name }
  }
  notes.add('deep-link.service-unknown', 'MaDVC', { service: shown(service.text), found: shown(entry.localCode) })
  return null
}

function agencyOf(values: Values, context: DeepLinkContext, notes: LinkNotes): DeepLink['agency'] {
  const written = values.get('MaCoQuanThucHien')
  if (written === undefined) return null
  const parsed = parseAgencyCode(written)
  if (!parsed.ok) {
    notes.add('deep-link.agency-unreadable', 'MaCoQuanThucHien')
    return null
  }
  const code = parsed.value
  const agency = shown(code.text)
  if (context.agency === undefined) {
    if (isOurs(code.root, context)) return { code: code.text, name: null }
    notes.add('deep-link.agency-elsewhere', 'MaCoQuanThucHien', { agency })
    return null
  }
  const known = firstOf([written, code.text, toShortForm(code), toLongForm(code) ?? code.text], context.agency)
  if (known !== undefined) return { code: known.code ?? code.text, name: known.name }
  notes.add(isOurs(code.root, context) ? 'deep-link.agency-unknown' : 'deep-link.agency-elsewhere', 'MaCoQuanThucHien', { agency })
  return null
}

function isOurs(root: string, context: DeepLinkContext): boolean {
  const roots = rootsOf(context)
  return roots.length === 0 || roots.includes(root)
}

function rootsOf({ agencyCode = [] }: DeepLinkContext): readonly string[] {
  return [agencyCode].flat().flatMap((code) => {
    const parsed = parseAgencyCode(code)
    return parsed.ok ? [parsed.value.root] : []
  })
}

const GUID = /^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i
const GUID_BYTES = 16

/** The GUID may stand in it as text or as its 16 bytes: no document says which. */
function tokenOf(values: Values, notes: LinkNotes): string | null {
  const token = values.get('MDT')
  if (token === undefined) return null
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(token)) {
    const bytes = Buffer.from(token, 'base64')
    if (bytes.length === GUID_BYTES || GUID.test(bytes.toString('latin1'))) return token
  }
  notes.add('deep-link.token-unreadable', 'MDT')
  return null
}

function isOn(value: string | undefined): boolean {
  return value === '1' || value?.toLowerCase() === 'true'
}

/** Codes are quoted; anything else that came in their place is not repeated to anybody. */
function shown(code: string): string {
  return /^[\w.-]{1,60}$/.test(code) ? redact(code) : '‹…›'
}

function refuse(reason: DeepLinkRefusal, values: Readonly<Record<string, string>> = {}): Refused {
  const { problem, hint } = deepLinkRefusals[reason]
  return { ok: false, reason, problem: fillText(problem, values), hint: fillText(hint, values) }
}
