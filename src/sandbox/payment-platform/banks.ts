/** Banks that the pay page offers. Made up, and none of them a real one's code. */
export interface Bank {
  readonly code: string
  readonly name: string
}

export const banks: readonly Bank[] = [
  { code: '990001', name: 'Ngân hàng Mẫu' },
  { code: '990002', name: 'Ngân hàng Ví Dụ' },
  { code: '990003', name: 'Ví điện tử Mẫu' },
]

export const FIRST_BANK = '990001'

export function isBank(code: string): boolean {
  return banks.some((bank) => bank.code === code)
}
