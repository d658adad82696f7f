import { hasErrors, type Mapped, type Notes, notesFor } from '../../base/index.js'
import { longestTexts, type PaymentOrder, paymentOrder, type ReceiptBlock } from '../../connectors/payment-platform/wire.js'
import { formatVnd, isDutyKind, type PaymentLine, type PaymentRequest, startOfDay, totalOf, vnd, wallClockFormat } from '../../domain/index.js'
import { defaultPaymentCodes, type PaymentCodes } from './codes.js'
import { narrationOf } from './narration.js'
import { type PaymentRule, paymentRules } from './rules.js'

/** What belongs to one attempt and not to the bill. */
export interface AttemptFacts {
  readonly reference: string
  /** `yyyyMMddHHmmss` at +07:00; kept, and sent again as it is. */
  readonly at: string
  readonly ip: string
  readonly codes?: PaymentCodes
}

/** Which text of the platform each field of a bill becomes. */
const WIRE_TEXTS = {
  narration: 'NoiDungThanhToan',
  'procedure.code': 'MaTTHC',
  'procedure.name': 'TenTTHC',
  'procedure.service.code': 'MaDVC',
  'procedure.service.name': 'TenDVC',
  'payer.name': 'HoTenNguoiNop',
  'payer.idNumber': 'SoCMNDNguoiNop',
  'payer.address': 'DiaChiNguoiNop',
  'payer.province': 'TinhNguoiNop',
  billCode: 'MaHoSo',
  dossierCode: 'MaHoSo',
  'agency.code': 'MaDonVi',
  'agency.name': 'TenDonVi',
  'beneficiary.bankCode': 'MaNHThuHuong',
  'beneficiary.accountName': 'TenTKThuHuong',
  'decision.number': 'SoQD',
  'decision.authority.code': 'MaCoQuanQD',
  'decision.authority.name': 'TenCoQuanQD',
  'decision.kind.code': 'MaLoaiHinhThuPhat',
  'decision.kind.name': 'TenLoaiHinhThuPhat',
  'decision.budgetAccount': 'TaiKhoanThuNSNN',
  'decision.place': 'DiaDiemViPham',
  'decision.violator': 'TenNguoiViPham',
  'tax.noticeNumber': 'SoQD',
  'tax.authority.code': 'MaCoQuanQD',
  'tax.authority.name': 'TenCoQuanQD',
  'tax.budgetAccount': 'TaiKhoanThuNSNN',
} as const satisfies Readonly<Record<string, keyof typeof longestTexts>>
const LONGEST_LINE = { code: longestTexts.MaPhiLePhi, name: longestTexts.TenPhiLePhi } as const
/** Of fifteen digits. */
const LARGEST_AMOUNT = 999_999_999_999_999

/** A bill in the words of the platform. Nothing is invented: what a kind of duty needs and the bill lacks is a finding. §4.6 */
export function toPaymentOrder(request: PaymentRequest, { reference, at, ip, codes = defaultPaymentCodes }: AttemptFacts): Mapped<PaymentOrder> {
  const note = notesFor(paymentRules)
  const lines = request.lines.filter(({ amount }) => amount > 0)
  // A duty may come from a file: one that nobody knows has no code either.
  const duty = isDutyKind(request.duty) ? codes.duties[request.duty] : null
  if (duty === null) note.add('payment.duty-without-code', 'duty', { duty: String(request.duty).slice(0, 50) })
  else if (codes.assumed.includes(request.duty)) note.add('payment.duty-assumed', 'duty', { duty: request.duty })
  checkLines(request.lines, note)
  if (lines.length === 0 && !hasErrors(note.findings)) note.add('payment.no-lines', 'lines')
  needed(request, note)
  const narration = narrationOf(request.narration)
  checkTexts(textsOf(request), note)
  if (!/^\d{1,19}$/.test(request.beneficiary.account)) note.add('payment.account', 'beneficiary.account')
  for (const [field, treasury] of Object.entries({ 'decision.treasury': request.decision?.treasury, 'tax.treasury': request.tax?.treasury }))
    if (!TREASURY.test(treasury ?? '')) note.add('payment.treasury', field)
  if (hasErrors(note.findings) || duty === null) return { ok: false, findings: note.findings }
  const order = { reference, amount: formatVnd(totalOf({ lines })), narration, at, ip, receipt: receiptOf(request, duty, lines, narration, codes) }
  // Whatever else the message cannot hold is better known now than when somebody wants to pay.
  for (const { path, message } of paymentOrder.safeParse(order).error?.issues ?? [])
    note.add('payment.unsendable', path.map(String).join('.'), { problem: message })
  return hasErrors(note.findings) ? { ok: false, findings: note.findings } : { ok: true, findings: note.findings, value: order }
}

/** Lines that cannot be right, even where another one makes up for them. */
function checkLines(lines: readonly PaymentLine[], note: Notes<PaymentRule>): void {
  for (const [index, { amount, ...texts }] of lines.entries()) {
    const field = `lines.${index}.amount`
    if (vnd(amount) === undefined || amount > LARGEST_AMOUNT) note.add('payment.amount', field, { field })
    for (const name of ['code', 'name'] as const) checkLength(`lines.${index}.${name}`, texts[name] ?? '', LONGEST_LINE[name], note)
  }
  if (!hasErrors(note.findings) && totalOf({ lines }) > LARGEST_AMOUNT) note.add('payment.amount', 'lines', { field: 'lines' })
}

function receiptOf(
  { duty, billCode, dossierCode, agency, procedure, payer, beneficiary, decision, tax }: PaymentRequest,
  code: string,
  lines: readonly PaymentLine[],
  narration: string,
  codes: PaymentCodes,
): ReceiptBlock {
  const authority = decision?.authority ?? tax?.authority ?? { code: agency.code, name: agency.name }
  return {
    MaDichVu: code,
    MaDonVi: agency.code,
    TenDonVi: agency.name,
    MaHoSo: dossierCode ?? billCode,
    MaDVC: procedure === null ? '' : (procedure.service.code ?? `${procedure.code}${codes.serviceSuffix}`),
    TenDVC: procedure === null ? '' : (procedure.service.name ?? procedure.name),
    MaTTHC: procedure?.code ?? '',
    TenTTHC: procedure?.name ?? '',
    PhiLePhi:
      duty === 'fees'
        ? lines.map(({ kind, code: line, name, amount }) => ({
            LoaiPhiLePhi: codes.lines[kind],
            MaPhiLePhi: line ?? '',
            TenPhiLePhi: name,
            SoTien: formatVnd(amount),
          }))
        : [],
    TKThuHuong: beneficiary.account,
    MaNHThuHuong: beneficiary.bankCode,
    TenTKThuHuong: beneficiary.accountName,
    MaLoaiHinhThuPhat: decision?.kind.code ?? '',
    TenLoaiHinhThuPhat: decision?.kind.name ?? '',
    MaCoQuanQD: authority.code ?? '',
    TenCoQuanQD: authority.name ?? '',
    KhoBac: decision?.treasury ?? tax?.treasury ?? '',
    NgayQD: day(decision?.decidedOn ?? tax?.noticeDate),
    SoQD: decision?.number ?? tax?.noticeNumber ?? '',
    ThoiGianViPham: decision?.violatedAt == null ? '' : moment.format(decision.violatedAt),
    DiaDiemViPham: decision?.place ?? '',
    TenNguoiViPham: decision?.violator ?? '',
    TaiKhoanThuNSNN: decision?.budgetAccount ?? tax?.budgetAccount ?? '',
    NoiDungThanhToan: narration,
    HoTenNguoiNop: payer.name,
    SoCMNDNguoiNop: payer.idNumber ?? '',
    DiaChiNguoiNop: payer.address ?? '',
    // Districts ended on 1 July 2025.
    HuyenNguoiNop: '',
    TinhNguoiNop: payer.province ?? '',
    DSKhoanNop: lines.map(({ name, amount }) => ({ NoiDung: name, SoTien: formatVnd(amount) })),
  }
}

const TREASURY = new RegExp(`^\\d{0,${longestTexts.KhoBac}}$`)
const moment = wallClockFormat('yyyyMMddHHmmss')
const dayFormat = wallClockFormat('yyyyMMdd')
const day = (date: Parameters<typeof startOfDay>[0] | undefined): string => (date === undefined ? '' : dayFormat.format(startOfDay(date)))

/** What each kind of duty cannot do without. §4.6 */
function needed(request: PaymentRequest, note: Notes<PaymentRule>): void {
  const { duty, procedure, decision, tax, insurance, payer, dossierCode } = request
  const missing = (field: string, value: unknown) => {
    if (value === null || value === undefined || value === '') note.add('payment.missing', field, { field })
  }
  missing('billCode', request.billCode.trim())
  missing('narration', narrationOf(request.narration))
  missing('payer.name', payer.name.trim())
  // Public clients send 000000000 here; a receipt in nobody’s name helps no auditor.
  missing('payer.idNumber', payer.idNumber)
  missing('payer.address', payer.address)
  if (duty === 'fees') {
    missing('dossierCode', dossierCode)
    missing('procedure', procedure)
  }
  if (duty === 'fine') {
    missing('decision', decision)
    if (decision !== null) {
      missing('decision.number', decision.number.trim())
      missing('decision.treasury', decision.treasury.trim())
      missing('decision.authority.code', decision.authority.code)
      missing('decision.authority.name', decision.authority.name)
      missing('decision.kind.code', decision.kind.code)
      missing('decision.kind.name', decision.kind.name)
      missing('decision.violator', decision.violator)
      missing('decision.violatedAt', decision.violatedAt)
      missing('decision.place', decision.place)
    }
  }
  if (duty === 'tax') {
    missing('tax', tax)
    if (tax !== null) {
      missing('tax.authority.code', tax.authority.code)
      missing('tax.authority.name', tax.authority.name)
    }
  }
  if (duty === 'social-insurance' || duty === 'health-insurance') missing('insurance', insurance)
}

function textsOf(request: PaymentRequest): Readonly<Record<keyof typeof WIRE_TEXTS, string | null | undefined>> {
  const { billCode, dossierCode, payer, procedure, agency, beneficiary, decision, tax, narration } = request
  return {
    ...{ billCode, dossierCode, narration: narrationOf(narration), 'agency.code': agency.code, 'agency.name': agency.name },
    ...{ 'payer.name': payer.name, 'payer.idNumber': payer.idNumber, 'payer.address': payer.address, 'payer.province': payer.province },
    ...{ 'procedure.code': procedure?.code, 'procedure.name': procedure?.name },
    ...{ 'procedure.service.code': procedure?.service.code, 'procedure.service.name': procedure?.service.name },
    ...{ 'beneficiary.bankCode': beneficiary.bankCode, 'beneficiary.accountName': beneficiary.accountName },
    ...{ 'decision.number': decision?.number, 'decision.place': decision?.place, 'decision.violator': decision?.violator },
    ...{ 'decision.authority.code': decision?.authority.code, 'decision.authority.name': decision?.authority.name },
    ...{ 'decision.kind.code': decision?.kind.code, 'decision.kind.name': decision?.kind.name, 'decision.budgetAccount': decision?.budgetAccount },
    ...{ 'tax.noticeNumber': tax?.noticeNumber, 'tax.budgetAccount': tax?.budgetAccount },
    ...{ 'tax.authority.code': tax?.authority.code, 'tax.authority.name': tax?.authority.name },
  }
}

function checkTexts(texts: ReturnType<typeof textsOf>, note: Notes<PaymentRule>): void {
  for (const field of Object.keys(WIRE_TEXTS) as (keyof typeof WIRE_TEXTS)[])
    checkLength(field, texts[field] ?? '', longestTexts[WIRE_TEXTS[field]], note)
  // Of these only the narration is signed.
  if (texts.narration?.includes('|')) note.add('payment.separator', 'narration', { field: 'narration' })
}

function checkLength(field: string, { length }: string, most: number, note: Notes<PaymentRule>): void {
  if (length > most) note.add('payment.too-long', field, { field, length, most })
}
