import { comparable, type Mapped, type Notes, notesFor } from '../../base/index.js'
import { type OpenCpsServiceInfo, openCpsServiceInfo } from '../../connectors/opencps/wire.js'
import {
  type AdministrativeLevel,
  type Channel,
  type CodeAndName,
  namedProcedure,
  type OnlineService,
  type Procedure,
  type ProcedureChannel,
  type ProcedureFee,
  type ServiceLevelPeriod,
  type TimeLimit,
} from '../../domain/index.js'
import { known } from '../known.js'
import { oneLine, plainName, plainText } from '../plain-text.js'
import { durationInWords, writtenAmount } from '../procedure-database/index.js'
import { type OpenCpsProcedureRule, openCpsProcedureRules } from './procedure-rules.js'

type ProcedureNotes = Notes<OpenCpsProcedureRule>

/**
 * A row of `/serviceinfos` as a procedure of the provincial catalogue. contracts/provincial-sources.md §4.5
 *
 * OpenCPS keeps free text, often HTML, where the national record has lists. A text becomes a list only where each line is plainly one
 * entry; otherwise the list stays `null` (not known) and a finding says so. What the text says of filing, time and fee is said once for
 * the procedure: each way of filing that `methodText` names gets the same limit and fee; when it names none, one channel `null` has them.
 * Blank text is `null`: the product has no other way to say "not entered".
 */
export function fromOpenCpsProcedure(row: unknown): Mapped<Procedure> {
  const note = notesFor(openCpsProcedureRules)
  const parsed = openCpsServiceInfo.safeParse(row)
  if (!parsed.success) {
    note.add('procedure.unreadable', '')
    return { ok: false, findings: note.findings }
  }
  const service = parsed.data
  const code = codeOf(service.serviceCode)
  const name = plainName(known(service.serviceName))
  if (code === null) note.add('procedure.no-code', 'serviceCode')
  if (name === null) note.add('procedure.no-name', 'serviceName')
  if (code === null || name === null) return { ok: false, findings: note.findings }
  const nationalCode = codeOf(service.serviceCodeDVCQG)
  if (nationalCode === null) note.add('procedure.national-unmatched', 'serviceCodeDVCQG')
  const administration = codeAndName(service.administrationCode, service.administrationName)
  const sector = codeAndName(service.domainCode, service.domainName)
  const services = readServices(service, note)
  const offering = services?.flatMap(({ agency }) => agency ?? []) ?? []
  const value: Procedure = {
    ...namedProcedure(code, name),
    nationalCode,
    sectors: sector === null ? null : [sector],
    levels: levelsNamed(administration?.name ?? null),
    published: flag(service.active),
    publisher: administration,
    processes: readProcesses(service),
    channels: readChannels(service, note),
    documents: readDocuments(service, note),
    results: readResults(service, note),
    legalBases:
      lines(service.regularText)?.map((line) => ({
        number: documentNumber(line),
        title: entry(line),
        issuer: null,
        issuedOn: null,
        effectiveOn: null,
        url: null,
      })) ?? null,
    subjectsText: plainText(known(service.applicantText)),
    agencies: { implementing: offering.length === 0 ? null : offering, competent: null, authorised: null, coordinating: null },
    requirements: plainText(known(service.conditionText)),
    serviceLevels: readLevel(service, note),
    services,
  }
  return { ok: true, value, findings: note.findings }
}

function codeOf(text: string | null | undefined): string | null {
  return known(text)?.replace(/\s/g, '') ?? null
}

function codeAndName(code: string | null | undefined, name: string | null | undefined): CodeAndName | null {
  const both = { code: codeOf(code), name: plainName(known(name)) }
  return both.code === null && both.name === null ? null : both
}

function flag(text: string | null | undefined): boolean | null {
  const word = comparable(text ?? '')
  return ['true', '1'].includes(word) ? true : ['false', '0'].includes(word) ? false : null
}

const LEVEL_WORDS: readonly (readonly [string, AdministrativeLevel])[] = [
  ['cấp bộ', 'ministry'],
  ['cấp tỉnh', 'province'],
  ['cấp huyện', 'district'],
  ['cấp xã', 'commune'],
]

/** "UBND cấp xã" names its level; a body that is named by itself does not, and nothing is concluded from its name. */
function levelsNamed(administration: string | null): readonly AdministrativeLevel[] | null {
  const text = comparable(administration ?? '')
  const levels = LEVEL_WORDS.flatMap(([words, level]) => (text.includes(words) ? [level] : []))
  return levels.length === 0 ? null : levels
}

function lines(text: string | null | undefined): readonly string[] | null {
  return plainText(known(text))?.split('\n') ?? null
}

const MARKER = /^(?:[-–—+*•·]\s*|\d{1,2}(?:\.\d{1,2})*[.)]\s+|[a-zđ][.)]\s+)/iu

/** The line without its dash or number, and without what joins it to the next. */
function entry(line: string): string {
  return oneLine(line.replace(MARKER, '').replace(/[;.,]+$/, ''))
}

/** @returns undefined unless every line is marked as one entry and none speaks of the list as a whole */
function entries(all: readonly string[]): readonly string[] | undefined {
  const clear = all.every(
    (line) => MARKER.test(line) && !/^(?:số lượng|thành phần|bao gồm|trường hợp|hồ sơ gồm)/iu.test(entry(line)) && !line.endsWith(':'),
  )
  const found = clear ? all.map(entry).filter((line) => line !== '') : []
  return found.length === 0 ? undefined : found
}

function readProcesses({ processText }: OpenCpsServiceInfo): Procedure['processes'] {
  const steps = lines(processText)
  return steps === null ? null : [{ case: null, steps }]
}

function readDocuments({ dossierText }: OpenCpsServiceInfo, note: ProcedureNotes): Procedure['documents'] {
  const all = lines(dossierText)
  if (all === null) return null
  const names = entries(all)
  if (names === undefined) note.add('text.not-carried', 'dossierText')
  const documents = names?.map((name) => ({ code: null, name, originals: null, copies: null, forms: [], replaceableBy: null }))
  return documents === undefined ? null : [{ case: null, documents }]
}

/** One line is one result; several are taken when each is marked as an entry. */
function readResults({ resultText }: OpenCpsServiceInfo, note: ProcedureNotes): Procedure['results'] {
  const all = lines(resultText)
  if (all === null) return null
  const names = all.length === 1 ? all.map(entry).filter((name) => name !== '') : entries(all)
  if (names === undefined) note.add('text.not-carried', 'resultText')
  return names?.map((name) => ({ code: null, name, files: [] })) ?? null
}

/** The number of the one legal document that a line names. */
function documentNumber(line: string): string | null {
  const numbers = line.match(/\d{1,4}\/\d{4}\/[\p{Lu}\d]+(?:-[\p{Lu}\d]+)*/gu) ?? []
  return numbers.length === 1 ? (numbers[0] ?? null) : null
}

const METHODS: readonly (readonly [RegExp, Channel])[] = [
  [/trực tiếp/u, 'direct'],
  [/trực tuyến|qua mạng|cổng dịch vụ công/u, 'online'],
  [/bưu chính|bưu điện/u, 'post'],
]

function readChannels(service: OpenCpsServiceInfo, note: ProcedureNotes): readonly ProcedureChannel[] | null {
  const method = plainText(known(service.methodText))
  const duration = plainText(known(service.durationText))
  const fees = readFees(service, note)
  if (method === null && duration === null && fees.length === 0) return null
  const said = comparable(method ?? '')
  const channels = METHODS.flatMap(([words, channel]) => (words.test(said) ? [channel] : []))
  if (method !== null && channels.length === 0) note.add('method.in-words', 'methodText')
  const timeLimits = duration === null && fees.length === 0 ? [] : [{ ...timeLimit(duration), fees }]
  return (channels.length === 0 ? [null] : channels).map((channel) => ({ channel, timeLimits }))
}

function timeLimit(text: string | null): Omit<TimeLimit, 'fees'> {
  const duration = text === null ? undefined : durationInWords(text)
  if (duration === undefined) return { value: null, unit: null, text }
  return { value: duration.value, unit: duration.unit, text: duration.whole ? null : text }
}

/** Whether it is phí or lệ phí the text does not say in a form we could read. */
function readFees({ feeText }: OpenCpsServiceInfo, note: ProcedureNotes): readonly ProcedureFee[] {
  const text = plainText(known(feeText))
  if (text === null) {
    note.add('fee.not-stated', 'feeText')
    return []
  }
  const { amount, raw, problem } = writtenAmount(text, null)
  if (problem !== null) note.add('fee.in-words', 'feeText')
  return [{ kind: null, amount, raw, text: null, files: [] }]
}

/** The highest level, of the procedure or of its services; since which day it holds OpenCPS does not keep. Level 0 means "not entered". */
function readLevel({ maxLevel, serviceConfigs }: OpenCpsServiceInfo, note: ProcedureNotes): readonly ServiceLevelPeriod[] | null {
  const own = Number(known(maxLevel) ?? 0)
  const level = own === 0 ? Math.max(0, ...(serviceConfigs ?? []).map((config) => Number(known(config?.serviceLevel) ?? 0) || 0)) : own
  if (level === 1 || level === 2 || level === 3 || level === 4) return [{ level: { scale: 'numbered', level }, from: null, to: null }]
  if (level !== 0) note.add('level.unknown', own === 0 ? 'serviceConfigs' : 'maxLevel')
  return null
}

function readServices({ serviceConfigs }: OpenCpsServiceInfo, note: ProcedureNotes): readonly OnlineService[] | null {
  if (serviceConfigs === null || serviceConfigs === undefined) return null
  return serviceConfigs.flatMap((config, index) => {
    if (config === null) note.add('element.unreadable', `serviceConfigs[${index}]`)
    const agency = config === null ? null : codeAndName(config.govAgencyCode, config.govAgencyName)
    const url = config === null ? null : known(config.serviceUrl)
    return agency === null && url === null ? [] : [{ code: null, name: null, agency, url }]
  })
}
