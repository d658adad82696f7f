/** What makes two bills one: duty, codes and lines, however they were typed and in whatever order they stand. */
import { canonicalJson } from '../base/index.js'
import { codeKey, type PaymentRequest } from '../domain/index.js'

/** Of equal text exactly when two bills are the same. Payer, account and words of a bill may be corrected without making it another one. */
export function billContent({ duty, billCode, dossierCode, lines }: PaymentRequest): string {
  const due = lines.filter(({ amount }) => amount > 0)
  return canonicalJson({
    ...{ duty, billCode: codeKey(billCode), dossierCode: dossierCode && codeKey(dossierCode) },
    lines: due.map(({ kind, code, name, amount }) => canonicalJson({ kind, code: code && plain(code), name: plain(name), amount })).toSorted(),
  })
}

function plain(text: string): string {
  return text.normalize('NFC').trim()
}
