/** Holds the portal's books against the story. Neither knows a mapper: both sides cannot be wrong together. DESIGN "Command line", row `demo`. */
import { z } from 'zod'
import { instant, wallClockFormat } from '../domain/index.js'
import { type HeldDossier, stepKey } from './national-portal/books.js'
import { expectedThroughMessages } from './one-stop/lgsp-rendering.js'
import { isTold } from './one-stop/lgsp-sender.js'
import { expectedThroughRegister } from './one-stop/registers.js'
import { comparedFields, type ExpectedDossier, everyCode, expectedDossiers, expectedStep } from './province/expected.js'
import type { Life } from './province/life.js'
import type { Province } from './province/province.js'

/** What the client says of itself: which dossiers it knows to be unsent, and which steps it may have sent twice. */
export const claims = z.object({
  /** `sourceId`: `referenceUid`, `dossierId`, the id of iGate or a dossier number. */
  excused: z.array(z.object({ sourceId: z.coerce.string(), reason: z.string().default('') })).default([]),
  /** `at`: fourteen digits as on the wire, an ISO time or milliseconds. */
  /** What the client was told by: messages that say less than the story does are judged by what they say. Default: everything is known. */
  through: z.enum(['lgsp-msync', 'register']).optional(),
  declaredDoubled: z.array(z.object({ maHoSo: z.string(), at: z.union([z.string(), z.number()]), trangThai: z.coerce.string() })).default([]),
  /** What the source cannot tell: fields of the record that are not compared. */
  untold: z.array(z.enum([...comparedFields, 'DanhSachLePhi'])).default([]),
})
export type ClaimsInput = z.input<typeof claims>

export interface Verdict {
  /** Dossiers at the portal. */
  readonly dossiers: number
  /** Dossiers that have to be there. */
  readonly expected: number
  readonly lost: number
  readonly duplicated: number
  readonly outOfOrder: number
  /** At the portal without belonging there: excluded records, or codes that no dossier ever had. */
  readonly unexpected: number
  /** Different steps that the portal holds more than once, declared or not. */
  readonly doubledSteps: number
  /** Different steps that came again after an unknown outcome, held twice or not. */
  readonly repeatedSteps: number
  readonly repeatedArrivals: number
  /** Up to ten of each kind: codes and field names only. */
  readonly examples: Readonly<Record<'lost' | 'duplicated' | 'outOfOrder' | 'unexpected', readonly string[]>>
}

const EXAMPLES = 10

export function judge(
  province: Province | undefined,
  dossiers: ReadonlyMap<string, HeldDossier>,
  input: ClaimsInput,
  repeats: { readonly repeatedSteps: number; readonly repeatedArrivals: number },
): Verdict {
  const said = claims.parse(input)
  const excused = new Set(said.excused.map((one) => one.sourceId))
  const declared = new Set(said.declaredDoubled.map((one) => `${one.maHoSo}|${digits(one.at)}|${one.trangThai}`))
  const tally = { lost: counter(), duplicated: counter(), outOfOrder: counter(), unexpected: counter() }
  let expected = 0

  const known = new Set<string>()
  for (const life of province?.lives ?? []) {
    if (life.fate === 'copy' || life.fate === 'group' || life.fate === 'test' || life.fate === 'migrated') continue
    const codes = everyCode(life)
    for (const code of codes) known.add(code)
    const held = codes.filter((code) => dossiers.has(code))
    if (held.length > 1) tally.duplicated.add(held.join(' = '))
    const order = storyOrder(life)
    for (const code of held) if (arrivedBackwards(dossiers.get(code), order)) tally.outOfOrder.add(code)
  }
  if (province !== undefined) {
    for (const whole of expectedDossiers(province)) {
      const dossier = said.through === undefined ? whole : THROUGH[said.through](whole, province)
      if (dossier === undefined) continue
      expected++
      const problem = differenceOf(dossier, dossiers, said.untold)
      if (problem === undefined) continue
      const names = [dossier.sourceId, String(dossier.dossierId), dossier.objectId, ...dossier.codes]
      if (!names.some((name) => excused.has(name))) tally.lost.add(`${dossier.codes[0]}: ${problem}`)
    }
  }
  let doubledSteps = 0
  for (const held of dossiers.values()) {
    if (province !== undefined && !known.has(held.maHoSo)) tally.unexpected.add(held.maHoSo)
    if (held.creates > 1) tally.duplicated.add(held.maHoSo)
    for (const doubled of doubledIn(held)) {
      doubledSteps++
      if (!declared.has(doubled)) tally.duplicated.add(doubled)
    }
  }
  return {
    dossiers: dossiers.size,
    expected,
    lost: tally.lost.count,
    duplicated: tally.duplicated.count,
    outOfOrder: tally.outOfOrder.count,
    unexpected: tally.unexpected.count,
    doubledSteps,
    ...repeats,
    examples: {
      lost: tally.lost.examples,
      duplicated: tally.duplicated.examples,
      outOfOrder: tally.outOfOrder.examples,
      unexpected: tally.unexpected.examples,
    },
  }
}

const THROUGH = { 'lgsp-msync': throughMessages, register: expectedThroughRegister }

function throughMessages(expected: ExpectedDossier, province: Province): ExpectedDossier | undefined {
  const life = province.byReferenceUid(expected.sourceId)
  return life === undefined || !isTold(life, province) ? undefined : expectedThroughMessages(expected)
}

/** @returns what is missing or different, by field name, or undefined when the portal is right. */
function differenceOf(expected: ExpectedDossier, dossiers: ReadonlyMap<string, HeldDossier>, untold: readonly string[]): string | undefined {
  const held = expected.codes.map((code) => dossiers.get(code)).find((one) => one !== undefined)
  if (held === undefined) return 'absent'
  const fields: string[] = comparedFields.filter((field) => comparable(field, held.record[field] ?? '') !== comparable(field, expected.record[field]))
  const fees = (held.record.DanhSachLePhi ?? []).reduce((sum, fee) => sum + Number(fee.Gia), 0)
  if (fees !== expected.feeTotal) fields.push('DanhSachLePhi')
  const there = new Set(held.steps.map((step) => key(step)))
  const wanted = new Set(expected.steps.map((step) => key(step)))
  const missing = [...wanted].filter((step) => !there.has(step)).length
  const extra = [...there].filter((step) => !wanted.has(step)).length
  if (missing > 0) fields.push(`${missing} steps missing`)
  if (extra > 0) fields.push(`${extra} steps of its own`)
  const told = fields.filter((field) => !untold.includes(field))
  return told.length === 0 ? undefined : told.join(', ')
}

const key = (step: { ThoiDiemXuLy: string; TrangThai: string; NguoiXuLy: string }): string => stepKey({ MaHoSo: '', ...pickStep(step) })
const pickStep = ({ ThoiDiemXuLy, TrangThai, NguoiXuLy }: { ThoiDiemXuLy: string; TrangThai: string; NguoiXuLy: string }) => ({
  ThoiDiemXuLy,
  TrangThai,
  NguoiXuLy: NguoiXuLy.normalize('NFC'),
})

/** OpenCPS shows owners in capitals and puts a blank behind a semicolon: letter case of names cannot survive. */
function comparable(field: string, value: string): string {
  const text = value.normalize('NFC')
  return field === 'ChuHoSo' ? text.toUpperCase().replace(/;\s*/g, '; ') : text
}

function storyOrder(life: Life): ReadonlyMap<string, number> {
  const steps = life.events.flatMap((event) => (event.kind === 'step' ? [key(expectedStep(event))] : []))
  return new Map(steps.map((step, place) => [step, place]))
}

/** Only first arrivals count: a step that comes again late is a double, not a disorder. */
function arrivedBackwards(held: HeldDossier | undefined, order: ReadonlyMap<string, number>): boolean {
  const seen = new Set<string>()
  let latest = -1
  for (const step of held?.steps ?? []) {
    const place = order.get(key(step))
    if (place === undefined || seen.has(key(step))) continue
    seen.add(key(step))
    if (place < latest) return true
    latest = place
  }
  return false
}

/** `MaHoSo|ThoiDiemXuLy|TrangThai` of each step that is held more than once. */
function doubledIn(held: HeldDossier): readonly string[] {
  if (held.steps.length < 2) return []
  const seen = new Set<string>()
  const doubled = new Map<string, string>()
  for (const step of held.steps) {
    const same = stepKey(step)
    if (seen.has(same)) doubled.set(same, `${step.MaHoSo}|${step.ThoiDiemXuLy}|${step.TrangThai}`)
    seen.add(same)
  }
  return [...doubled.values()]
}

const compact = wallClockFormat('yyyyMMddHHmmss')

function digits(at: string | number): string {
  if (typeof at === 'number') return compact.format(instant(at))
  if (/^\d{14}$/.test(at)) return at
  const moment = Date.parse(at)
  return Number.isNaN(moment) ? at : compact.format(instant(moment))
}

function counter() {
  const examples: string[] = []
  return {
    count: 0,
    examples,
    add(example: string) {
      this.count++
      if (examples.length < EXAMPLES) examples.push(example)
    },
  }
}
