import { type Channel, type LocalDate, namedProcedure, type Procedure, type ProcedureFee, type TimeUnit, type Vnd } from '../../src/domain/index.js'

export const day = (text: string) => text as LocalDate
export const today = day('2026-03-02')

/** A made-up procedure: what is not given is not known. */
export function procedure(code: string, name: string, known: Partial<Procedure> = {}): Procedure {
  return { ...namedProcedure(code, name), ...known }
}

export function limit(channel: Channel | null, value: number | null, unit: TimeUnit | null, fees: readonly ProcedureFee[] = []) {
  return { channel, timeLimits: [{ value, unit, text: null, fees }] }
}

export function fee(amount: number | null, kind: 'charge' | 'fee' | null = 'fee'): ProcedureFee {
  return { kind, amount: amount as Vnd | null, raw: null, text: null, files: [] }
}

export function documents(...names: readonly string[]) {
  return [{ case: null, documents: names.map((name) => ({ code: null, name, originals: 1, copies: 0, forms: [], replaceableBy: null })) }]
}
