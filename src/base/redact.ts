/**
 * One redaction for everything we print or keep: patterns that look personal, and every value of the record that was just sent.
 * DESIGN "Security and privacy".
 */
const PERSONAL_PATTERNS: readonly { readonly pattern: RegExp; readonly mask: string }[] = [
  { pattern: /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu, mask: '‹e-mail›' },
  { pattern: /(?<![\d.-])(?:\+?84|0)[235789]\d{8}(?!\d)/g, mask: '‹phone›' },
  { pattern: /(?<![\d.-])\d{12}(?!\d)/g, mask: '‹personal number›' },
  { pattern: /(?<![\d.-])\d{9,10}(?:-\d{3})?(?!\d)/g, mask: '‹number›' },
]

/** Shorter values occur in ordinary words and are no secret on their own. */
const SHORTEST_MASKED = 4

/**
 * Masks personal data in a text from outside (a portal's message, an exception).
 *
 * @param values values of the record in hand, e.g. from {@link textsWithin}; each is masked wherever it occurs, in any letter case.
 */
export function redact(text: string, values: Iterable<string> = []): string {
  let result = text.normalize('NFC')
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    const tidied = value.normalize('NFC').trim()
    if (tidied.length >= SHORTEST_MASKED) result = result.replace(new RegExp(escapeForRegExp(tidied), 'giu'), '‹…›')
  }
  for (const { pattern, mask } of PERSONAL_PATTERNS) result = result.replace(pattern, mask)
  return result
}

/** Every text inside a record, except those under the given keys (codes that an operator needs to see). */
export function textsWithin(record: unknown, except: ReadonlySet<string> = new Set()): Set<string> {
  const texts = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.add(value)
    else if (Array.isArray(value)) value.forEach(visit)
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) if (!except.has(key)) visit(inner)
    }
  }
  visit(record)
  return texts
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
