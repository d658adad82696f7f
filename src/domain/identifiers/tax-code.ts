import { accept, type Parsed, refuse } from './parsed.js'

/** A tax code (mã số thuế): 10 digits, 13 for a branch, or a person's 12-digit number. contracts/rules-and-indicators.md §6.4 */
export interface TaxCode {
  readonly text: string
  readonly stem: string
  readonly branch: string | null
}

const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3]

export function parseTaxCode(text: string): Parsed<TaxCode> {
  const code = text.trim()
  if (/^\d{12}$/.test(code)) return accept({ text: code, stem: code, branch: null })
  const match = /^(\d{10})(?:-?(\d{3}))?$/.exec(code)
  if (!match)
    return refuse(
      'a tax code has 10 digits, 13 for a branch (0123456789-001), or is a 12-digit personal number',
      'mã số thuế có 10 chữ số, 13 chữ số với đơn vị phụ thuộc (0123456789-001), hoặc là số định danh 12 chữ số',
    )
  const stem = match[1] ?? ''
  const branch = match[2] ?? null
  if (stem.startsWith('00')) return refuse('a tax code never starts with 00', 'mã số thuế không bắt đầu bằng 00')
  if (stem.slice(2, 9) === '0000000')
    return refuse('digits 3 to 9 of a tax code start at 0000001', 'chữ số 3 đến 9 của mã số thuế bắt đầu từ 0000001')
  const remainder = WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(stem[index]), 0) % 11
  if (remainder === 0) return refuse('no tax code with this stem exists', 'không tồn tại mã số thuế với dãy số này')
  if (10 - remainder !== Number(stem[9])) return refuse('the check digit of the tax code is wrong', 'chữ số kiểm tra của mã số thuế không đúng')
  if (branch === '000') return refuse('branches are numbered from 001', 'đơn vị phụ thuộc đánh số từ 001')
  return accept({ text: branch === null ? stem : `${stem}-${branch}`, stem, branch })
}
