/** Rows of the list and the record of `LayThuTuc`. contracts/procedure-database.md §4.1, §4.2, §10 */
import type { ProcedureDetail } from '../../connectors/procedure-database/wire.js'
import type { ListedEntry } from './catalogue.js'
import type { ChannelFacts, CodedName, Facts, FeeFacts, LimitFacts, PaperFacts, Unit } from './facts.js'
import type { ProcedureDatabaseOptions } from './options.js'
import { hasQuirk, type Quirk, untidy } from './quirks.js'
import { levelCodes, levelNames } from './vocabulary.js'

export type Row = Readonly<Record<string, unknown>>
export interface Manner {
  readonly options: ProcedureDatabaseOptions
  readonly seed: number | string
}

export function listRow({ options, seed }: Manner, listed: ListedEntry): Row {
  const { code, state } = listed
  const odd = (quirk: Quirk) => hasQuirk(options.quirks, seed, quirk, code)
  const name = odd('whitespace') ? untidy(listed.name, code) : listed.name
  const shown = options.listState ? { TRANGTHAI: state } : {}
  return odd('keyCase') ? { MaTTHC: code, TenTTHC: name, ...shown } : { MATTHC: code, TENTTHC: name, ...shown }
}

export function nationalRecord({ options, seed }: Manner, facts: Facts, recordId: string): Row {
  const odd = (quirk: Quirk) => hasQuirk(options.quirks, seed, quirk, facts.code)
  const spelling: Spelling = {
    number: odd('numbers') ? (value) => value : String,
    feeSpelling: odd('feeSpelling'),
    channelFees: odd('channelFees'),
    repeated: odd('repeatedDocuments'),
    numbered: odd('whitespace'),
  }
  const record: ProcedureDetail = {
    ID: recordId,
    MATTHC: facts.code,
    TENTTHC: odd('whitespace') ? untidy(facts.name, facts.code) : facts.name,
    MACOQUANCONGBO: facts.publisher.code,
    LOAITTHC: facts.kind,
    TRANGTHAI: spelling.number(Number(facts.state)),
    LINHVUCTHUCHIEN: facts.sectors.map(({ code, name }) => ({ MALINHVUC: code, TENLINHVUC: name })),
    CAPTHUCHIEN: facts.levels.map((level) => ({ CAPTHUCHIEN: String(levelCodes[level]), TENCAP: levelNames[level] })),
    TRINHTUTHUCHIEN: facts.processes.map(({ name, steps }) => ({
      TRUONGHOP: name,
      TRINHTU: steps.map((step, place) => ({ TENTRINHTU: numbered(spelling, place, step) })),
    })),
    CACHTHUCTHUCHIEN: facts.channels.map((channel) => channelOf(spelling, channel)),
    THANHPHANHOSO: facts.documents.map(({ name, papers }) => ({
      TRUONGHOP: name,
      GIAYTO: papers.flatMap((paper, place) => papersOf(spelling, { ...paper, name: numbered(spelling, place, paper.name) })),
    })),
    KETQUATHUCHIEN: facts.results.map(({ code, name }) => ({ MAKETQUA: code, TENKETQUA: name, TENTEP: '', URL: '' })),
    CANCUPHAPLY: facts.legalBases.map(({ number, title, issuer, issued, effective }) => ({
      SOVANBAN: number,
      TENVANBAN: title,
      COQUANBANHANH: issuer,
      NGAYBANHANH: issued,
      NGAYHIEULUC: effective,
      DIACHITRUYCAP: '',
    })),
    DOITUONGTHUCHIEN: facts.subjects.map(({ code, name }) => ({ MADOITUONG: code, TENDOITUONG: name })),
    COQUANTHUCHIEN: units(facts.implementing),
    COQUANCOTHAMQUYEN: units(facts.competent),
    COQUANDUOCUYQUYEN: [],
    COQUANPHOIHOP: units(facts.coordinating),
    MOTADOITUONGTHUCHIEN: '',
    MOTACOQUANTHUCHIEN: '',
    MOTACOQUANTHAMQUYEN: '',
    DIACHITIEPNHAN: facts.receptionAddress,
    YEUCAU: facts.requirements,
    TUKHOA: facts.keywords,
    MOTA: '',
    TTHCLIENQUAN: [...facts.related],
    TTHCLIENTHONG: [],
    IDQUYETDINHCONGBO: facts.decisionId,
    QUYETDINH: '',
  }
  return odd('keyCase') ? otherCase(record) : record
}

interface Spelling {
  readonly number: (value: number) => string | number
  readonly feeSpelling: boolean
  readonly channelFees: boolean
  readonly repeated: boolean
  readonly numbered: boolean
}

const UNITS: Readonly<Record<Unit, string>> = { 'working-day': 'Ngày làm việc', day: 'Ngày', hour: 'Giờ', month: 'Tháng', other: 'Khác' }

type ChannelRow = NonNullable<NonNullable<ProcedureDetail['CACHTHUCTHUCHIEN']>[number]>
type PaperRow = Row

function channelOf(spelling: Spelling, { channel, limits }: ChannelFacts): ChannelRow {
  const fees = (limit: LimitFacts) => limit.fees.map((fee) => feeOf(spelling, fee))
  const row = (limit: LimitFacts) => ({
    THOIGIANGIAIQUYET: limit.value === null ? '' : spelling.number(limit.value),
    DONVITINH: limit.unit === null ? '' : UNITS[limit.unit],
    MOTA: limit.text,
    PHILEPHI: spelling.channelFees ? [] : fees(limit),
  })
  return { KENH: spelling.number(channel), THOIGIAN: limits.map(row), PHILEPHI: spelling.channelFees ? limits.flatMap(fees) : null }
}

function feeOf(spelling: Spelling, { kind, amount, currency, text }: FeeFacts) {
  const plain = amount === null ? '' : spelling.number(amount)
  const dotted = amount === null ? '' : amount === 0 ? 'Không' : String(amount).replace(/\B(?=(\d{3})+$)/g, '.')
  return {
    MAPHILEPHI: spelling.feeSpelling ? `${kind}'` : String(kind),
    SOTIEN: spelling.feeSpelling ? dotted : plain,
    DONVI: currency,
    MOTA: text,
    URL: '',
    TENTEP: '',
  }
}

/** One row for each form file, all with the code of the document. §10 row 2 */
function papersOf(spelling: Spelling, { code, name, originals, copies, forms, replaceableBy }: PaperFacts) {
  const row = (form: { readonly name: string; readonly url: string } | undefined) => ({
    MAGIAYTO: code,
    TENGIAYTO: name,
    SOBANCHINH: spelling.number(originals),
    SOBANSAO: spelling.number(copies),
    TENMAUDON: form?.name ?? '',
    URL: form?.url ?? '',
    MA_KQ_THAYTHE: replaceableBy,
  })
  const [first, ...others] = forms
  return [row(first), ...(spelling.repeated ? others.map(row) : [])]
}

function numbered(spelling: Spelling, place: number, text: string): string {
  return spelling.numbered ? `${place + 1}.\t${text}` : text
}

function units(agencies: readonly CodedName[]) {
  return agencies.map(({ code, name }) => ({ MADONVI: code, TENDONVI: name }))
}

/** As one class spells code and name, and one importer the form's address. §4.2, §10 row 1 */
function otherCase({ MATTHC, TENTTHC, THANHPHANHOSO, ...rest }: ProcedureDetail): Row {
  const cases = (THANHPHANHOSO ?? []).map((one) => ({
    ...one,
    GIAYTO: (one?.GIAYTO ?? []).map((paper): PaperRow => {
      const { URL: url, ...others } = paper ?? {}
      return { ...others, Url: url }
    }),
  }))
  return { MaTTHC: MATTHC, TenTTHC: TENTTHC, THANHPHANHOSO: cases, ...rest }
}
