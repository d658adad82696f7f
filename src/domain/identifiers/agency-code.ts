import { accept, type Parsed, refuse } from './parsed.js'

/** An agency code (mã định danh), in one of its two forms. contracts/rules-and-indicators.md §6.3 */
export interface AgencyCode {
  readonly text: string
  /** `long`: QCVN 102:2016, child first (`000.00.15.H22`). `short`: QĐ 20/2020, parent first (`H22.15`). `registered`: `Zxy…`. */
  readonly form: 'long' | 'short' | 'registered'
  /** First-level body: `H22`, `G17`. For registered bodies `Zxy`. */
  readonly root: string
  /** Groups below the root, parent first, without zero groups. */
  readonly path: readonly string[]
}

const LONG = /^([0-9A-Z]{3})\.([0-9A-Z]{2})\.([0-9A-Z]{2})\.([A-Y]\d{2})$/
const SHORT = /^(?=.{3,35}$)([A-Y]\d{2})((?:\.[0-9A-Z]+)*)$/
/** As the second, third and fourth level of the long form write that there is none. */
const ZERO_GROUPS = ['00', '000']
const REGISTERED = /^(Z(?!00)\d{2}).{1,32}$/

export function parseAgencyCode(text: string): Parsed<AgencyCode> {
  const code = text.trim().toUpperCase()
  const long = LONG.exec(code)
  if (long) {
    const [, level4 = '', level3 = '', level2 = '', root = ''] = long
    const path = [level2, level3, level4]
    while (path.length > 0 && ZERO_GROUPS.includes(path[path.length - 1] ?? '')) path.pop()
    return accept({ text: code, form: 'long', root, path })
  }
  const short = SHORT.exec(code)
  if (short) return accept({ text: code, form: 'short', root: short[1] ?? '', path: (short[2] ?? '').split('.').filter(Boolean) })
  const registered = REGISTERED.exec(code)
  if (registered) return accept({ text: code, form: 'registered', root: registered[1] ?? '', path: [code.slice(3)] })
  return refuse(
    'an agency code looks like 000.00.15.H22 or H22.15: letters A–Y and two digits name the ministry or province',
    'mã định danh có dạng 000.00.15.H22 hoặc H22.15: chữ A–Y và hai chữ số chỉ bộ hoặc tỉnh',
  )
}

/** `000.00.15.H22` → `H22.15`. An assumption (A) of the contract: the two lists need not carry the same numbers, so a province may keep a table instead. */
export function toShortForm(code: AgencyCode): string {
  return code.form === 'registered' ? code.text : [code.root, ...code.path].join('.')
}

/** `H22.15` → `000.00.15.H22`. @returns undefined when the code has more or longer groups than the old form holds. */
export function toLongForm(code: AgencyCode): string | undefined {
  if (code.form === 'long') return code.text
  if (code.form === 'registered' || code.path.length > 3) return undefined
  const [level2 = '00', level3 = '00', level4 = '000'] = code.path
  if (level2.length !== 2 || level3.length !== 2 || level4.length !== 3) return undefined
  return `${level4}.${level3}.${level2}.${code.root}`
}

/** Whether `ancestor` is the same body as `code` or stands above it, whichever form either has. */
export function isSameOrAbove(ancestor: AgencyCode, code: AgencyCode): boolean {
  return ancestor.root === code.root && ancestor.path.every((group, index) => code.path[index] === group)
}
