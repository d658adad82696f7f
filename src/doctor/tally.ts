/** What findings say that code tables lack, counted. */
import type { Finding, Text } from '../base/index.js'
import type { CheckDetail } from './check.js'

export interface Coverage {
  readonly kind: Text
  /** Where the code stands in the finding's English sentence; without it the finding's path names the column. */
  readonly value?: RegExp
  /** The error that follows from it for the same dossier: one flaw, told once. */
  readonly entails?: string
}

const quoted = /“([^”]*)”/
const afterProcedure = /^The procedure (\S+) /

export const kinds = {
  status: { en: 'status', vi: 'trạng thái' },
  action: { en: 'action', vi: 'thao tác' },
  applicant: { en: 'applicant kind', vi: 'loại đối tượng' },
  channel: { en: 'channel', vi: 'kênh tiếp nhận' },
  returnWay: { en: 'way of return', vi: 'hình thức trả' },
  procedure: { en: 'procedure', vi: 'thủ tục' },
  payment: { en: 'payment', vi: 'thanh toán' },
  column: { en: 'value in column', vi: 'giá trị ở cột' },
  wire: { en: 'value without national code', vi: 'giá trị chưa có mã quốc gia' },
} satisfies Record<string, Text>

/** Findings that a row in the code tables, or in the list of procedures, would heal. */
export const coverageRules: Readonly<Record<string, Coverage>> = {
  'status.unmapped': { kind: kinds.status, value: quoted, entails: 'status.missing' },
  'step.status-unmapped': { kind: kinds.action, value: quoted },
  'applicant.kind-unmapped': { kind: kinds.applicant, value: quoted, entails: 'applicant.kind-missing' },
  'channel.unmapped': { kind: kinds.channel, value: quoted },
  'return-way.unmapped': { kind: kinds.returnWay, value: quoted, entails: 'return-way.missing' },
  'procedure.unmapped': { kind: kinds.procedure, value: afterProcedure },
  'procedure.unknown': { kind: kinds.procedure, value: afterProcedure },
  'procedure.no-national-mapping': { kind: kinds.procedure, value: afterProcedure },
  'procedure.name-unmatched': { kind: kinds.procedure, entails: 'procedure.code-missing' },
  'fee.status-unmapped': { kind: kinds.payment, value: quoted },
  'fee.method-unmapped': { kind: kinds.payment },
  'fee.state-unmapped': { kind: kinds.payment },
  'value.unmapped': { kind: kinds.column },
  'value.unsendable': { kind: kinds.wire, value: quoted },
}

export interface Tallied extends Omit<CheckDetail, 'dossiers' | 'what'> {
  readonly kind: Text | undefined
  readonly message: Text
  dossiers: number
}

/** Counts the findings of one dossier, each flaw once. @param missing what a row in the tables would heal */
export function tallyFindings(findings: readonly Finding[], missing: Map<string, Tallied>, flaws: Map<string, Tallied>): void {
  const rules = new Set(findings.map(({ ruleId }) => ruleId))
  const entailed = new Set([...rules].map((rule) => coverageRules[rule]?.entails))
  const failing = new Set(findings.flatMap(({ ruleId, severity }) => (severity === 'error' ? [ruleId] : [])))
  const counted = new Set<string>()
  for (const { ruleId: rule, severity, path, message, hint } of findings) {
    const coverage = coverageRules[rule]
    if (severity === 'info' || (coverage === undefined && (severity !== 'error' || entailed.has(rule)))) continue
    const value = coverage === undefined ? null : coverage.value === undefined ? path : (coverage.value.exec(message.en)?.[1] ?? path)
    const name = `${rule} ${value ?? ''}`
    if (counted.has(name)) continue
    counted.add(name)
    const map = coverage === undefined ? flaws : missing
    const known = map.get(name)
    const fails = severity === 'error' || (coverage?.entails !== undefined && failing.has(coverage.entails))
    map.set(name, {
      rule,
      value,
      kind: coverage?.kind,
      message,
      hint,
      severity: fails || known?.severity === 'error' ? 'error' : 'warn',
      dossiers: (known?.dossiers ?? 0) + 1,
    })
  }
}
