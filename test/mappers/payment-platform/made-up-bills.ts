import type { Instant, LocalDate, PaymentRequest, Vnd } from '../../../src/domain/index.js'

/** A fee of the dossier of contracts/payment-platform.md §9. */
export const feeBill: PaymentRequest = {
  duty: 'fees',
  billCode: 'H99-261122-0001',
  dossierCode: 'H99-261122-0001',
  agency: { code: '000.00.00.H99', name: 'Sở Mẫu' },
  procedure: { code: '9.000001', name: 'Thủ tục mẫu', service: { code: null, name: 'Dịch vụ mẫu' } },
  payer: { name: 'Nguyễn Văn Mẫu', idNumber: '000000000000', address: '1 Đường Mẫu', province: null },
  lines: [{ kind: 'fee', code: 'MAU-01', name: 'Lệ phí mẫu', amount: 150_000 as Vnd }],
  beneficiary: { account: '0000000000001', bankCode: '00000000', accountName: 'SO MAU' },
  decision: null,
  tax: null,
  insurance: null,
  narration: 'Thanh toán hồ sơ H99-261122-0001',
}

export const fineBill: PaymentRequest = {
  ...feeBill,
  duty: 'fine',
  billCode: 'QD-0001/2026',
  dossierCode: null,
  procedure: null,
  lines: [
    { kind: 'other', code: null, name: 'Tiền phạt', amount: 2_000_000 as Vnd },
    { kind: 'other', code: null, name: 'Tiền chậm nộp', amount: 15_000 as Vnd },
  ],
  beneficiary: { account: '3949000000099', bankCode: '0011', accountName: 'KHO BAC MAU' },
  decision: {
    number: 'QD-0001/2026',
    decidedOn: '2026-11-10' as LocalDate,
    authority: { code: '000.00.15.H99', name: 'Công an tỉnh Mẫu' },
    kind: { code: 'GT', name: 'Giao thông đường bộ' },
    treasury: '0011',
    budgetAccount: '7111',
    violator: 'Trần Thị Ví Dụ',
    violatedAt: 1_794_189_600_000 as Instant,
    place: 'Km 12, đường tỉnh Mẫu',
  },
  narration: 'Nộp phạt theo quyết định QD-0001/2026',
}
