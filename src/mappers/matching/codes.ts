/** Codes as they stand in lists, links and spreadsheets. contracts/procedure-database.md §6 */

export interface ReadCode {
  readonly text: string
  /** National codes that the text may mean, likeliest first: one for a whole code, several for one that lost zeros, none for no code. */
  readonly bases: readonly string[]
  /** It is no whole code: a spreadsheet took it for a number. Believed only when the name agrees. */
  readonly damaged: boolean
}

/** Also inside a longer form (`.000.00.00.H41`, `.H41`, `.02` of a case) and inside a link. */
const WHOLE = /(?<![\d.])(\d\.\d{6})(?!\d)/
/** `1.00119`, `1,001193`, `1001193`, `2`, with the suffix of a province or without. */
const NUMBER = /^(\d)(?:[.,](\d{1,6}))?(?:\.000\.00\.00)?(?:\.[A-Z]\d{2})?$/
const GLUED = /^(\d)(\d{6})$/

export function readCode(text: string): ReadCode {
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/\s+/g, '')
    .replace(/^['"]+|['"]+$/g, '')
  const whole = WHOLE.exec(code)?.[1]
  if (whole !== undefined) return { text, bases: [whole], damaged: false }
  const glued = GLUED.exec(code)
  if (glued !== null) return { text, bases: [`${glued[1]}.${glued[2]}`], damaged: true }
  const number = NUMBER.exec(code)
  if (number === null) return { text, bases: [], damaged: true }
  const [, family = '', serial = ''] = number
  // 1.001190 as a number is 1.00119; a serial without its leading zeros is 1.1193.
  const bases = new Set([`${family}.${serial.padEnd(6, '0')}`, `${family}.${serial.padStart(6, '0')}`])
  return { text, bases: [...bases], damaged: true }
}
