/** Reads a catalogue from a `.jsonl` in the schema of `data/procedures` (one national procedure a line). The sandbox's own reader: it shares none with a client. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { hashText } from '../../base/index.js'
import type { ChannelFacts, DecisionFacts, Facts, FeeFacts, PaperFacts, Unit } from './facts.js'
import { type Level, levelNames, ministries, sectorNamed, subjects } from './vocabulary.js'

const text = z.string().nullish()
const line = z.object({
  code: z.string().min(1),
  name: z.string().min(1),
  sector: text,
  levels: z.array(z.string()).nullish(),
  procedure_type: text,
  decision_no: text,
  issuing_agency: text,
  implementing_agencies: z.array(z.string()).nullish(),
  competent_agencies: z.array(z.string()).nullish(),
  subjects: z.array(z.string()).nullish(),
  methods: z
    .array(
      z.object({
        channel_code: z.number().nullish(),
        time_value: z.number().nullish(),
        time_unit: text,
        text,
        fees: z.array(z.object({ amount: z.number().nullish(), currency: text, kind: text, raw: text, text })).nullish(),
      }),
    )
    .nullish(),
  documents: z
    .array(
      z.object({ case: text, name: z.string(), originals: z.number().nullish(), copies: z.number().nullish(), has_form_file: z.boolean().nullish() }),
    )
    .nullish(),
  results: z.array(z.object({ code: text, name: text })).nullish(),
  legal_bases: z.array(z.string()).nullish(),
  national_id: text,
})
type Line = z.infer<typeof line>

export interface LoadedProcedure {
  readonly id: string | null
  readonly facts: Facts
  readonly decision: DecisionFacts | null
}

/** @throws Error naming the line that is no procedure, or that repeats a code. */
export function loadProcedures(path: string): LoadedProcedure[] {
  const loaded: LoadedProcedure[] = []
  const seen = new Set<string>()
  for (const [index, raw] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (raw.trim() === '') continue
    const read = readLine(raw)
    if (typeof read === 'string') throw new Error(`${path}, line ${index + 1}: ${read}`)
    if (seen.has(read.code)) throw new Error(`${path}, line ${index + 1}: ${read.code} is there twice`)
    seen.add(read.code)
    loaded.push(procedureOf(read))
  }
  return loaded
}

function readLine(raw: string): Line | string {
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    return 'no JSON'
  }
  const read = line.safeParse(value)
  return read.success ? read.data : (read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)[0] ?? 'no procedure')
}

function procedureOf(row: Line): LoadedProcedure {
  const publisher = agencyNamed(row.issuing_agency ?? '')
  const sector = row.sector ? sectorNamed(row.sector, publisher.code.slice(-3)) : undefined
  const decision = row.decision_no ? decisionOf(row.decision_no, publisher.name) : null
  const named = (names: readonly string[] | null | undefined) => (names ?? []).map((name) => ({ code: '', name }))
  return {
    id: row.national_id ?? null,
    decision,
    facts: {
      code: row.code,
      name: row.name,
      kind: kindOf(row.procedure_type ?? ''),
      state: '1',
      publisher,
      sectors: sector === undefined ? [] : [{ code: sector.code, name: sector.name }],
      levels: (row.levels ?? []).filter((level): level is Level => Object.hasOwn(levelNames, level)),
      processes: [],
      channels: (row.methods ?? []).map(channelOf),
      documents: documentsOf(row),
      results: (row.results ?? []).map(({ code, name }) => ({ code: code ?? '', name: name ?? '' })),
      legalBases: (row.legal_bases ?? []).map((number) => ({ number, title: '', issuer: '', issued: '', effective: '' })),
      subjects: (row.subjects ?? []).map((name) => subjects.find((one) => one.name === name) ?? { code: '', name }),
      implementing: named(row.implementing_agencies),
      competent: named(row.competent_agencies),
      coordinating: [],
      receptionAddress: '',
      requirements: '',
      keywords: '',
      related: [],
      decisionId: decision?.id ?? '',
      fullProcess: (row.methods ?? []).some((method) => method.channel_code === 2),
    },
  }
}

const UNITS: Readonly<Record<string, Unit>> = { working_day: 'working-day', calendar_day: 'day', hour: 'hour', month: 'month' }
const CURRENCIES: Readonly<Record<string, string>> = { VND: 'Đồng', USD: 'USD', PERCENT: '%' }

function channelOf(method: NonNullable<Line['methods']>[number]): ChannelFacts {
  const fees = (method.fees ?? []).map(
    (one): FeeFacts => ({
      kind: one.kind === 'charge' ? 1 : 2,
      amount: one.amount ?? null,
      currency: CURRENCIES[one.currency ?? 'VND'] ?? '',
      text: one.text ?? one.raw ?? '',
    }),
  )
  const unit = UNITS[method.time_unit ?? ''] ?? null
  const channel = method.channel_code === 2 || method.channel_code === 3 ? method.channel_code : 1
  return { channel, limits: [{ value: method.time_value ?? null, unit, text: method.text ?? '', fees }] }
}

function documentsOf(row: Line): Facts['documents'] {
  const cases = new Map<string, PaperFacts[]>()
  for (const [index, paper] of (row.documents ?? []).entries()) {
    const papers = cases.get(paper.case ?? '') ?? []
    cases.set(paper.case ?? '', papers)
    papers.push({
      code: `000.00.00.G22-KQ${String(hashText(`${row.code}/${index}`) % 1_000_000).padStart(6, '0')}`,
      name: paper.name,
      originals: paper.originals ?? 0,
      copies: paper.copies ?? 0,
      forms: paper.has_form_file ? [{ name: `Mau${index + 1}.docx`, url: `https://tep.example.vn/bieu-mau/${row.code}/${index + 1}.docx` }] : [],
      replaceableBy: '',
    })
  }
  return [...cases].map(([name, papers]) => ({ name, papers }))
}

/** §5.3. The negation comes first: the other labels are contained in it. */
function kindOf(label: string): Facts['kind'] {
  const lower = label.toLowerCase()
  if (lower.includes('không được')) return '1'
  if (lower.includes('luật quy định') || lower.includes('luật giao')) return '2'
  return lower.includes('khác') ? '3' : ''
}

function agencyNamed(name: string) {
  const known = Object.entries(ministries).find(([, ministry]) => ministry.name.toLowerCase() === name.toLowerCase())
  return { code: `000.00.00.${known?.[0] ?? 'G22'}`, name }
}

function decisionOf(number: string, publisher: string): DecisionFacts {
  const id = String(100_000 + (hashText(number) % 900_000))
  return { id, number, day: '', summary: `Quyết định công bố thủ tục hành chính của ${publisher}` }
}
