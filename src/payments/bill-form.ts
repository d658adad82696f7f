/** A bill as JSON: what `lienthong payments create` takes, and programs that are written in another language. docs/payments.md, "A bill as JSON" */
import { z } from 'zod'
import { issueProblem, LienthongError, nearestKey, settingMessage, type Text } from '../base/index.js'
import { longestTexts as most } from '../connectors/index.js'
import { dutyKinds, type Instant, instant, type LocalDate, parseLocalDate, parseVnd, type Vnd, vnd } from '../domain/index.js'
import type { NewBill } from './office.js'

/** The platform takes 1 to 15 digits (contracts/payment-platform.md §13). */
const MOST = 999_999_999_999_999

const says = {
  amount: settingMessage({
    en: 'expected a whole amount of đồng, zero or more, as 150000 or "150000": no fractions, separators or signs',
    vi: 'cần số tiền nguyên đồng, không âm, dạng 150000 hoặc "150000": không lẻ, không dấu phân cách',
  }),
  tooMuch: settingMessage({ en: 'an amount has at most 15 digits', vi: 'số tiền có tối đa 15 chữ số' }),
  separator: settingMessage({
    en: 'must not hold “|”, which separates signed fields; take it out',
    vi: 'không được chứa “|” là dấu phân cách các trường ký; hãy bỏ đi',
  }),
  day: settingMessage({ en: 'expected a day of the calendar such as 2026-11-10', vi: 'cần một ngày có thật như 2026-11-10' }),
  moment: settingMessage({
    en: 'expected a moment with its offset, such as 2026-11-10T08:30:00+07:00',
    vi: 'cần một thời điểm kèm múi giờ, như 2026-11-10T08:30:00+07:00',
  }),
  quoted: settingMessage({
    en: 'expected a text: put the number in quotation marks, or it loses its leading zeros',
    vi: 'cần chuỗi ký tự: đặt số trong ngoặc kép, nếu không sẽ mất số 0 ở đầu',
  }),
  account: settingMessage({ en: 'an account is 1 to 19 digits', vi: 'số tài khoản gồm 1 đến 19 chữ số' }),
  treasury: settingMessage({ en: 'a treasury unit is 1 to 8 digits', vi: 'mã kho bạc gồm 1 đến 8 chữ số' }),
  lines: settingMessage({ en: 'a bill needs at least one line', vi: 'khoản thu cần ít nhất một dòng' }),
  duty: settingMessage({
    en: `there is no such duty; there are ${dutyKinds.join(', ')}`,
    vi: `không có loại nghĩa vụ này; hiện có ${dutyKinds.join(', ')}`,
  }),
} as const

const words = z.string({ error: ({ input }) => (typeof input === 'number' ? says.quoted : undefined) })
const text = (longest: number) => words.trim().min(1).max(longest)
const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().default(null)
const day = z.string().transform((value, context): LocalDate => parseLocalDate(value) ?? refused(context, says.day))
const moment = z.iso.datetime({ offset: true, error: says.moment }).transform((value): Instant => instant(Date.parse(value)))
const digits = (longest: number, message: string) => words.regex(new RegExp(`^\\d{1,${longest}}$`), message)
const coded = (code: number, name: number) => z.strictObject({ code: orNull(text(code)), name: orNull(text(name)) })

/** JSON has one kind of number, and programs that fear it write digits. */
const amount = z.unknown().transform((value, context): Vnd => {
  const read = typeof value === 'number' ? vnd(value) : typeof value === 'string' ? parseVnd(value) : undefined
  if (read === undefined) return refused(context, says.amount)
  return read > MOST ? refused(context, says.tooMuch) : read
})

function refused(context: z.core.$RefinementCtx, message: string): never {
  context.issues.push({ code: 'custom', message, input: context.value })
  return z.NEVER
}

const bill = z.strictObject({
  duty: z.enum(dutyKinds, says.duty),
  billCode: text(most.MaHoSo),
  dossierCode: orNull(text(most.MaHoSo)),
  agency: z.strictObject({ code: text(most.MaDonVi), name: text(most.TenDonVi) }),
  procedure: orNull(
    z.strictObject({
      ...{ code: text(most.MaTTHC), name: text(most.TenTTHC) },
      service: coded(most.MaDVC, most.TenDVC).default({ code: null, name: null }),
    }),
  ),
  payer: z.strictObject({
    ...{ name: text(most.HoTenNguoiNop), idNumber: orNull(text(most.SoCMNDNguoiNop)) },
    ...{ address: orNull(text(most.DiaChiNguoiNop)), province: orNull(text(most.TinhNguoiNop)) },
  }),
  lines: z
    .array(
      z.strictObject({
        ...{ kind: z.enum(['charge', 'fee', 'other']), code: orNull(text(most.MaPhiLePhi)), name: text(most.TenPhiLePhi), amount },
      }),
    )
    .min(1, says.lines)
    .refine((lines) => lines.reduce((sum, line) => sum + line.amount, 0) <= MOST, says.tooMuch),
  /** Left out: looked up among the approved accounts. */
  beneficiary: z
    .strictObject({ account: digits(most.TKThuHuong, says.account), bankCode: text(most.MaNHThuHuong), accountName: text(most.TenTKThuHuong) })
    .optional(),
  decision: orNull(
    z.strictObject({
      ...{ number: text(most.SoQD), decidedOn: day, authority: coded(most.MaCoQuanQD, most.TenCoQuanQD) },
      ...{ kind: coded(most.MaLoaiHinhThuPhat, most.TenLoaiHinhThuPhat), treasury: digits(most.KhoBac, says.treasury) },
      ...{ budgetAccount: orNull(text(most.TaiKhoanThuNSNN)), violator: orNull(text(most.TenNguoiViPham)) },
      ...{ violatedAt: orNull(moment), place: orNull(text(most.DiaDiemViPham)) },
    }),
  ),
  tax: orNull(
    z.strictObject({
      ...{ taxCode: text(50), noticeNumber: text(most.SoQD), noticeDate: day, authority: coded(most.MaCoQuanQD, most.TenCoQuanQD) },
      ...{ treasury: digits(most.KhoBac, says.treasury), budgetAccount: text(most.TaiKhoanThuNSNN) },
    }),
  ),
  insurance: orNull(z.strictObject({ number: text(50), months: z.number().int().positive().max(600), from: day, until: day })),
  narration: text(most.NoiDungThanhToan).regex(/^[^|]*$/u, says.separator),
})

/** As it is written. */
export type BillInput = z.input<typeof bill>

export interface BillFormOptions {
  /** Codes of banks that a bill's account may be at; absent: any. */
  readonly bankCodes?: readonly string[] | undefined
}

/**
 * Reads a bill strictly: what is not known, negative, fractional or too long is refused before anything is kept.
 *
 * @param value what `JSON.parse` gave
 * @throws {LienthongError} `payment.invalid_bill`, naming the field and what to do; never a value of the bill
 */
export function readBill(value: unknown, { bankCodes }: BillFormOptions = {}): NewBill {
  const read = bill.safeParse(value)
  if (!read.success) throw formError(read.error.issues, value)
  const { beneficiary, ...rest } = read.data
  if (beneficiary !== undefined && bankCodes !== undefined && !bankCodes.includes(beneficiary.bankCode)) {
    const near = nearestKey(beneficiary.bankCode, bankCodes)
    throw invalid('beneficiary.bankCode', {
      en: `this bank is not in \`bankCodes\`${near === undefined ? '' : `; did you mean ${near}?`}`,
      vi: `ngân hàng này không có trong \`bankCodes\`${near === undefined ? '' : `; ý bạn là ${near}?`}`,
    })
  }
  return { ...rest, ...(beneficiary === undefined ? {} : { beneficiary }) }
}

function formError(issues: readonly z.core.$ZodIssue[], value: unknown): LienthongError {
  // A misspelt key explains a missing one: it is named first.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const field = (issue?.path ?? []).map(String).join('.')
  if (issue?.code !== 'unrecognized_keys') return invalid(field || 'bill', issueProblem(issue, value))
  const [key = ''] = issue.keys
  const near = nearestKey(key, keysAt(issue.path))
  return invalid([field, key].filter((part) => part !== '').join('.'), {
    en: `there is no such field${near === undefined ? '' : `; did you mean “${near}”?`}`,
    vi: `không có trường này${near === undefined ? '' : `; ý bạn là “${near}”?`}`,
  })
}

/** Names that a bill knows at a place. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = z.toJSONSchema(bill, { io: 'input', unrepresentable: 'any' })
  for (const step of path) {
    const { properties, items } = objectIn(at)
    at = typeof step === 'number' ? items : properties?.[String(step)]
  }
  return Object.keys(objectIn(at).properties ?? {})
}

interface SchemaPart {
  readonly properties?: Readonly<Record<string, unknown>>
  readonly items?: unknown
  readonly anyOf?: readonly unknown[]
}

/** What may be null is one of two. */
function objectIn(schema: unknown): SchemaPart {
  const part = (schema ?? {}) as SchemaPart
  return part.anyOf === undefined ? part : objectIn(part.anyOf[0])
}

function invalid(field: string, problem: Text): LienthongError {
  return new LienthongError('payment.invalid_bill', { values: { field, problem, hint: HINT } })
}

const HINT: Text = {
  en: 'Correct the field and create the bill again; nothing was kept. docs/payments.md shows every field.',
  vi: 'Sửa trường này rồi lập lại khoản thu; chưa lưu gì. docs/payments.md nêu mọi trường.',
}
