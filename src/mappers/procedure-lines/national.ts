/** Lines of `national.jsonl` ⇄ procedures. contracts of the fields: data/procedures/README.md */
import {
  type AdministrativeLevel,
  type Channel,
  type DocumentCase,
  namedProcedure,
  type Procedure,
  type ProcedureChannel,
  type ProcedureFee,
  type ProcedureKind,
  type RequiredDocument,
  type TimeUnit,
  vnd,
} from '../../domain/index.js'
import { invalid, type LineObject, levelOf, named, namedLines, numberOf, objectsOf, textOf, textsOf } from './reading.js'

/**
 * @param text the whole, or line by line
 * @param path named in errors
 * @throws {LienthongError} `config.invalid`, naming file and line
 */
export function* nationalLines(text: string | Iterable<string>, path: string): Generator<Procedure> {
  for (const { line, name, place } of namedLines(text, path)) {
    const code = textOf(line.code) ?? textOf(line.base_code)
    if (code === null) throw invalid(place, 'code is missing')
    yield procedureOf(line, code, name)
  }
}

/** All at once; see {@link nationalLines}. */
export function readNationalLines(text: string | Iterable<string>, path: string): Procedure[] {
  return [...nationalLines(text, path)]
}

/** What both kinds of line say alike. */
export function procedureOf(line: LineObject, code: string, name: string): Procedure {
  const sector = textOf(line.sector)
  const decision = textOf(line.decision_no)
  const publisher = textOf(line.issuing_agency)
  return {
    ...namedProcedure(code, name),
    kind: kindOf(textOf(line.procedure_type)),
    sectors: sector === null ? null : [named(sector)],
    levels: Array.isArray(line.levels) ? line.levels.flatMap((level) => levelOf(level) ?? []) : null,
    publisher: publisher === null ? null : named(publisher),
    channels: objectsOf(line.methods)?.map(channelOf) ?? null,
    documents: casesOf(objectsOf(line.documents)),
    results:
      objectsOf(line.results)?.flatMap((result) => {
        const title = textOf(result.name)
        return title === null ? [] : [{ code: textOf(result.code), name: title, files: [] }]
      }) ?? null,
    legalBases:
      textsOf(line.legal_bases)?.map((number) => ({ number, title: null, issuer: null, issuedOn: null, effectiveOn: null, url: null })) ?? null,
    subjects: textsOf(line.subjects)?.map(named) ?? null,
    agencies: {
      implementing: textsOf(line.implementing_agencies)?.map(named) ?? null,
      competent: textsOf(line.competent_agencies)?.map(named) ?? null,
      authorised: null,
      coordinating: null,
    },
    decision: decision === null ? null : { id: null, number: decision, issuedOn: null, summary: null },
  }
}

/** Labels as catalogues print them; contracts/procedure-database.md §5.3. Two are seen in several wordings. */
const KIND_LABELS: readonly { readonly kind: ProcedureKind; readonly label: string; readonly reads: RegExp }[] = [
  { kind: 'not-delegated', label: 'TTHC không được luật giao cho địa phương quy định hoặc quy định chi tiết', reads: /không được luật giao/i },
  { kind: 'delegated', label: 'TTHC được luật giao quy định chi tiết', reads: /được (luật giao|giao luật) quy định chi tiết/i },
  { kind: 'other', label: 'Loại khác', reads: /^loại khác$/i },
]

function kindOf(label: string | null): ProcedureKind | null {
  return KIND_LABELS.find(({ reads }) => label !== null && reads.test(label))?.kind ?? null
}

const CHANNELS: readonly { readonly channel: Channel; readonly name: string; readonly code: number }[] = [
  { channel: 'direct', name: 'direct', code: 1 },
  { channel: 'online', name: 'online', code: 2 },
  { channel: 'post', name: 'postal', code: 3 },
]
const UNITS: readonly { readonly unit: TimeUnit; readonly name: string }[] = [
  { unit: 'working-day', name: 'working_day' },
  { unit: 'day', name: 'calendar_day' },
  { unit: 'hour', name: 'hour' },
  { unit: 'month', name: 'month' },
  { unit: 'other', name: 'other' },
]

function channelOf(method: LineObject): ProcedureChannel {
  const unit = textOf(method.time_unit)
  return {
    channel: CHANNELS.find(({ name, code }) => name === method.channel || code === method.channel_code)?.channel ?? null,
    timeLimits: [
      {
        value: numberOf(method.time_value),
        unit: unit === null ? null : (UNITS.find(({ name }) => name === unit)?.unit ?? 'other'),
        text: textOf(method.text),
        fees: objectsOf(method.fees)?.map(feeOf) ?? [],
      },
    ],
  }
}

const DONG = 'VND'

function feeOf(fee: LineObject): ProcedureFee {
  const amount = numberOf(fee.amount)
  const currency = textOf(fee.currency) ?? DONG
  // Dollars and percentages are no đồng: the amount stays in words.
  const foreign = amount === null || currency === DONG ? null : `${amount} ${currency}`
  return {
    kind: fee.kind === 'charge' || fee.kind === 'fee' ? fee.kind : null,
    amount: amount === null || foreign !== null ? null : (vnd(amount) ?? null),
    raw: foreign ?? textOf(fee.raw),
    text: textOf(fee.text),
    files: [],
  }
}

function casesOf(rows: readonly LineObject[] | null): DocumentCase[] | null {
  if (rows === null) return null
  const cases = new Map<string | null, RequiredDocument[]>()
  for (const row of rows) {
    const name = textOf(row.name)
    if (name === null) continue
    const key = textOf(row.case)
    const documents = cases.get(key) ?? []
    cases.set(key, documents)
    documents.push({
      code: null,
      name,
      originals: numberOf(row.originals),
      copies: numberOf(row.copies),
      forms: row.has_form_file === true ? [{ name: null, url: null }] : [],
      replaceableBy: null,
    })
  }
  return [...cases].map(([name, documents]) => ({ case: name, documents }))
}

/** A procedure as a line of `national.jsonl`. What is not known is left out; what the schema has no field for is lost. */
export function toNationalLine(procedure: Procedure): LineObject {
  const { code, name, kind, sectors, levels, publisher, agencies, subjects, channels, documents, results, legalBases, decision } = procedure
  return known({
    code,
    base_code: code,
    scope: 'national',
    name,
    sector: sectors?.find((sector) => sector.name !== null)?.name,
    levels: levels satisfies readonly AdministrativeLevel[] | null,
    procedure_type: KIND_LABELS.find((row) => row.kind === kind)?.label,
    decision_no: decision?.number,
    issuing_agency: publisher?.name,
    implementing_agencies: namesOf(agencies.implementing),
    competent_agencies: namesOf(agencies.competent),
    subjects: namesOf(subjects),
    methods: channels?.flatMap(methodsOf),
    documents: documents?.flatMap((one) =>
      one.documents.map(({ name, originals, copies, forms }) => known({ case: one.case, name, originals, copies, has_form_file: forms.length > 0 })),
    ),
    results: results?.map((result) => known({ code: result.code, name: result.name })),
    legal_bases: legalBases?.flatMap(({ number }) => number ?? []),
    has_fee: channels?.some(({ timeLimits }) =>
      timeLimits.some(({ fees }) => fees.some(({ amount, raw }) => (amount ?? 0) > 0 || FOREIGN.test(raw ?? ''))),
    ),
  })
}

function methodsOf({ channel, timeLimits }: ProcedureChannel): LineObject[] {
  const row = CHANNELS.find((one) => one.channel === channel)
  const limits = timeLimits.length > 0 ? timeLimits : [{ value: null, unit: null, text: null, fees: [] }]
  return limits.map(({ value, unit, text, fees }) =>
    known({
      channel: row?.name,
      channel_code: row?.code,
      time_value: value,
      time_unit: UNITS.find((one) => one.unit === unit)?.name,
      fees: fees.map(feeLine),
      text,
    }),
  )
}

/** An amount that is no đồng, as {@link feeOf} keeps it. */
const FOREIGN = /^(\d+(?:\.\d+)?) ([A-Z]{3,})$/

function feeLine({ kind, amount, raw, text }: ProcedureFee): LineObject {
  const foreign = FOREIGN.exec(raw ?? '')
  if (foreign !== null && amount === null) return known({ amount: Number(foreign[1]), currency: foreign[2], kind, text })
  return known({ amount, currency: DONG, free: amount === 0 ? true : null, kind, raw, text })
}

function namesOf(rows: readonly { readonly name: string | null }[] | null): string[] | undefined {
  return rows?.flatMap(({ name }) => name ?? [])
}

/** Without the fields that say nothing. */
function known(line: Readonly<Record<string, unknown>>): LineObject {
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null && value !== undefined))
}
