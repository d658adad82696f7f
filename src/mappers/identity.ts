import type { Notes, Text } from '../base/index.js'
import { type ApplicantKind, type Identity, type LocalDate, parseOldIdCard, parsePersonalNumber, parseTaxCode } from '../domain/index.js'

/**
 * Tells what kind of number an applicant gave. The number itself is kept as written, also when it is doubtful: a lost leading zero is
 * reported and never padded.
 */
export function identityOf(
  number: string,
  kind: ApplicantKind | null,
  issuedOn: LocalDate | null,
  note: Pick<Notes<'identity.doubtful'>, 'add'>,
): Identity {
  const reading = kind === 'citizen' || kind === null ? personal(number) : taxNumber(number)
  if (reading.problem !== undefined)
    note.add('identity.doubtful', 'applicant.identities[0].number', { problem: reading.problem.en, problemVi: reading.problem.vi })
  return { kind: reading.kind, number, issuedOn }
}

function personal(number: string): { kind: Identity['kind']; problem?: Text } {
  if (parseOldIdCard(number).ok) return { kind: 'old-id-card' }
  const parsed = parsePersonalNumber(number)
  return parsed.ok ? { kind: 'personal-number' } : { kind: 'other', problem: parsed.problem }
}

function taxNumber(number: string): { kind: Identity['kind']; problem?: Text } {
  const parsed = parseTaxCode(number)
  if (parsed.ok) return { kind: 'tax-code' }
  // Ten digits with a wrong check digit are still meant as a tax code.
  return { kind: /^\d{10}(-?\d{3})?$/.test(number) ? 'tax-code' : 'other', problem: parsed.problem }
}
