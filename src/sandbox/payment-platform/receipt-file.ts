/** The platform's voucher: a small PDF, written by hand so that the same payment always gives the same bytes. */
import { isoInstant } from '../../domain/index.js'
import type { Payment, Transaction } from './books.js'

/** @returns the file; every character of it is one byte. */
export function receiptFile({ reference, partner, bill }: Transaction, { number, amount, bank, at }: Payment): string {
  return pdf([
    'BIEN LAI THU PHI, LE PHI (SANDBOX)',
    `Ma giao dich: ${number}`,
    `Ma tham chieu: ${reference}`,
    `Ma doi tac: ${partner}`,
    `Ma ho so: ${bill.code}`,
    `Don vi thu: ${bill.agency}`,
    `Nguoi nop: ${bill.payer}`,
    ...bill.lines.map((line) => `${line.name}: ${line.amount} VND`),
    `Tong so tien: ${amount} VND`,
    `Ngan hang: ${bank}`,
    `Thoi gian: ${isoInstant(at)}`,
  ])
}

function pdf(lines: readonly string[]): string {
  const page = ['BT', '/F1 12 Tf', '16 TL', '56 780 Td', ...lines.map((line) => `(${plain(line)}) Tj T*`), 'ET'].join('\n')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const offsets: number[] = []
  for (const [index, object] of objects.entries()) {
    offsets.push(file.length)
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  return `${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
}

/** A page of a built-in font has no Vietnamese letters. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/đ/g, 'd')
    .replace(/Đ/g, 'D')
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[\\()]/g, '\\$&')
}
