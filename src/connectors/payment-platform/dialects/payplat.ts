/** The current platform, and its form of June 2020. contracts/payment-platform.md §4 */
import { unwrap } from '../answers.js'
import { meaningOf } from '../codes.js'
import type { PaymentDialect, PaymentSite, QueryAnswer, SentAttempt } from '../dialect.js'
import { payplat as current, payplatEarly as early } from '../formulas.js'
import { amountDigits, type Formula, isSignedBy, signatureOf } from '../signing.js'
import { type PaymentOrder, queryAnswer, receiptAnswer, startAnswer } from '../wire.js'

type Formulas = Readonly<Record<'init' | 'result' | 'query' | 'receipt', Formula>>

const VERSION = '1.0.6'
const HEADERS = { Accept: 'application/json', 'Content-Type': 'application/json' } as const

/** Literals of public clients (§4.1); an installation names others under `literals`. */
const INIT_LITERALS = {
  LoaiHinhThanhToan: 'PAY',
  MaKenhThanhToan: '1',
  MaThietBi: '1',
  NgonNgu: 'vi-VN',
  MaTienTe: 'VND',
  MaNganHang: 'PAYMENT',
} as const

/** What we ask by; a message of such a type is none about a payment. */
const QUESTIONS = { init: 'INIT', query: 'QUERY', receipt: 'GET_BILL' } as const
const QUESTION_LITERALS = Object.entries(QUESTIONS).map(([operation, usual]) => ({ name: `LoaiBanTin.${operation}`, usual }))

function dialect(name: string, formulas: Formulas): PaymentDialect {
  const literal = (site: PaymentSite, field: string, usual: string) => site.literals[field] ?? usual
  const message =
    (operation: 'query' | 'receipt', type: string) =>
    ({ reference, at }: SentAttempt, site: PaymentSite) => {
      const fields: Record<string, string> = {
        LoaiBanTin: literal(site, `LoaiBanTin.${operation}`, type),
        PhienBan: literal(site, 'PhienBan', VERSION),
        MaDoiTac: site.partner,
        MaThamChieu: reference,
        ThoiGianGD: at,
      }
      const signature = signatureOf(formulas[operation], (field) => fields[field] ?? '', site.secret)
      return { url: site.urls[operation] ?? '', headers: HEADERS, body: JSON.stringify({ ...fields, MaXacThuc: signature }) }
    }
  return {
    name,
    paidThrough: 'national',
    needs: ['urls.start', 'urls.query', 'urls.receipt'],
    start: {
      request({ reference, amount, narration, at, ip, receipt }: PaymentOrder, site) {
        const fields: Record<string, string> = {
          LoaiBanTin: literal(site, 'LoaiBanTin.init', QUESTIONS.init),
          PhienBan: literal(site, 'PhienBan', VERSION),
          MaDoiTac: site.partner,
          MaThamChieu: reference,
          SoTien: amount,
          ...Object.fromEntries(Object.entries(INIT_LITERALS).map(([field, usual]) => [field, literal(site, field, usual)])),
          ThongTinGiaoDich: narration,
          ThoiGianGD: at,
          Ip: ip,
        }
        const signature = signatureOf(formulas.init, (field) => fields[field] ?? '', site.secret)
        return { url: site.urls.start ?? '', headers: HEADERS, body: JSON.stringify({ ...fields, ThongTinBienLai: receipt, MaXacThuc: signature }) }
      },
      read(text, site) {
        const answer = unwrap(text)
        if (answer === undefined) return undefined
        if (answer.kind === 'refused-on-the-way') return { outcome: 'busy', code: answer.code, message: answer.message }
        const read = startAnswer.safeParse(answer.fields)
        const code = read.data?.maloi ?? ''
        if (!read.success || code === '') return undefined
        const words = read.data.motaloi ?? ''
        const means = meaningOf(site.codes, code)
        if (means === 'ok') return read.data.urlthanhtoan ? { outcome: 'started', payUrl: read.data.urlthanhtoan } : undefined
        if (means === 'exists') return { outcome: 'exists' }
        return { outcome: means === 'busy' ? 'busy' : 'refused', code, message: words }
      },
    },
    query: {
      request: message('query', QUESTIONS.query),
      read(text, attempt, site): QueryAnswer | 'bad-signature' | { readonly refused: string } | undefined {
        const answer = unwrap(text)
        if (answer?.kind !== 'flat') return undefined
        const read = queryAnswer.safeParse(answer.fields)
        const code = read.data?.maloi ?? ''
        if (!read.success || code === '') return undefined
        const means = meaningOf(site.codes, code)
        const nothing = { amount: '', transaction: '', bank: '', at: '', code }
        if (means === 'unknown-reference') return { state: 'unknown', ...nothing }
        if (means !== 'ok') return { refused: code.trim().slice(0, 20) }
        const { data } = read
        // An answer about something else proves nothing about this attempt.
        if (data.mathamchieu != null && data.mathamchieu !== attempt.reference) return undefined
        const state = site.states[(data.trangthaigd ?? '').trim()] ?? 'pending'
        const values = (field: string) => (data as Record<string, string | null | undefined>)[field.toLowerCase()] ?? ''
        const isSigned = isSignedBy(formulas.result, values, site.inboundSecrets, data.maxacthuc ?? '')
        if (state === 'paid' && site.literals['QUERY.signed'] !== 'no' && !isSigned) return 'bad-signature'
        return {
          state,
          amount: amountDigits(data.sotien ?? '') ?? '',
          transaction: data.magiaodich ?? '',
          bank: data.manganhang ?? '',
          at: data.thoigiangd ?? '',
          code,
        }
      },
    },
    receipt: {
      request: message('receipt', QUESTIONS.receipt),
      read(text, site) {
        const answer = unwrap(text)
        if (answer === undefined) return undefined
        if (answer.kind === 'refused-on-the-way') return { code: answer.code, message: answer.message }
        const read = receiptAnswer.safeParse(answer.fields)
        if (!read.success || read.data.maloi == null) return undefined
        const { maloi: code, motaloi, urlbienlai: url } = read.data
        return meaningOf(site.codes, code) === 'ok' && url ? { url } : { code, message: motaloi ?? '' }
      },
    },
    result: {
      formula: formulas.result,
      // The early form leaves both out.
      signsOutcome: ['MaLoi', 'MaGiaoDich'].every((field) => formulas.result.fields.includes(field)),
      signature: 'MaXacThuc',
      // An answer to QUERY is signed like a result, and its 00 only says that the question was understood (§4.3).
      isResult(body, site) {
        const type = body.text('LoaiBanTin').trim().toUpperCase()
        const own = site.literals['LoaiBanTin.result']
        if (own !== undefined) return type === own.toUpperCase()
        return QUESTION_LITERALS.every(({ name, usual }) => literal(site, name, usual).toUpperCase() !== type)
      },
      read: (body) => ({
        reference: body.text('MaThamChieu'),
        partner: body.text('MaDoiTac'),
        paid: body.text('MaLoi').trim() === '00',
        code: body.text('MaLoi'),
        amount: amountDigits(body.text('SoTien')) ?? '',
        transaction: body.text('MaGiaoDich'),
        bank: body.text('MaNganHang'),
        at: body.text('ThoiGianGD'),
        narration: body.text('ThongTinGiaoDich'),
        billCode: body.text('MaHoSo') || null,
        lookupCode: body.text('MaTraCuuTT') || null,
        receiptUrl: body.text('UrlBienLai') || null,
      }),
      // The received signature goes back, not a new one (§4.2).
      acknowledge: (what, body) => ({
        MaLoi: what === 'applied' ? '00' : '99',
        MoTaLoi: what === 'applied' ? 'Thành công' : 'Các lỗi khác',
        MaDoiTac: body?.text('MaDoiTac') ?? '',
        MaThamChieu: body?.text('MaThamChieu') ?? '',
        ThoiGianGD: body?.text('ThoiGianGD') ?? '',
        MaXacThuc: body?.text('MaXacThuc') ?? '',
      }),
    },
  }
}

export const payplat = dialect('payplat', current)
export const payplatEarly = dialect('payplat-2020-06', early)
