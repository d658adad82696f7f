import { type Mapped, notesFor } from '../../base/index.js'
import type { ProcedureDetail, WireScalar } from '../../connectors/procedure-database/wire.js'
import type {
  AdministrativeLevel,
  CodeAndName,
  Procedure,
  ProcedureChannel,
  ProcedureFee,
  PublishingDecision,
  TimeLimit,
} from '../../domain/index.js'
import { codeWord } from '../known.js'
import { channelsOf, kindOf, levelOfCode, levelOfLabel } from './codes.js'
import { fileOf, mergeDocuments, mergeResults } from './documents.js'
import { readFee } from './fees.js'
import { procedureIdentity } from './identity.js'
import { codeAndName, leading, orInWords, readRows } from './named-lists.js'
import { type ProcedureNotes, procedureFindings } from './rules.js'
import { day, quantity, scalarCode, scalarLines, scalarName, scalarText } from './scalars.js'
import { readTimeLimit } from './time-limits.js'

type Element<List> = NonNullable<NonNullable<List> extends readonly (infer Row)[] ? Row : never>
type WireChannel = Element<ProcedureDetail['CACHTHUCTHUCHIEN']>
type WireTime = Element<WireChannel['THOIGIAN']>
type WireFee = Element<WireTime['PHILEPHI']>

/**
 * A procedure as `LayThuTuc` answers it. contracts/procedure-database.md §4.2, §10
 *
 * @param options.sector which of several sectors leads; they are all kept
 * @returns `ok: false` only when code or name is missing. Paths of findings name the wire's fields.
 */
export function fromProcedureDetail(detail: ProcedureDetail, options: { readonly sector: 'first' | 'last' }): Mapped<Procedure> {
  const note = notesFor(procedureFindings)
  const identity = procedureIdentity({ code: detail.MATTHC, name: detail.TENTTHC }, { code: 'MATTHC', name: 'TENTTHC' }, note)
  if (identity === undefined) return { ok: false, findings: note.findings }
  const kind = readKind(detail.LOAITTHC, note)
  const value: Procedure = {
    ...identity,
    nationalCode: null,
    kind,
    sectors: leading(
      readRows(detail.LINHVUCTHUCHIEN, 'LINHVUCTHUCHIEN', note, (row) => codeAndName(row.MALINHVUC, row.TENLINHVUC)),
      options.sector,
    ),
    levels: readLevels(detail, note),
    published: readState(detail.TRANGTHAI),
    publisher: codeAndName(detail.MACOQUANCONGBO, null) ?? null,
    processes: readRows(detail.TRINHTUTHUCHIEN, 'TRINHTUTHUCHIEN', note, (row, path) => ({
      case: scalarName(row.TRUONGHOP),
      steps: readRows(row.TRINHTU, `${path}.TRINHTU`, note, (step) => scalarLines(step.TENTRINHTU) ?? undefined) ?? [],
    })),
    channels: readRows(detail.CACHTHUCTHUCHIEN, 'CACHTHUCTHUCHIEN', note, (row, path) => readChannels(row, path, note))?.flat() ?? null,
    documents: readRows(detail.THANHPHANHOSO, 'THANHPHANHOSO', note, (row, path) => ({
      case: scalarName(row.TRUONGHOP),
      documents: readDocuments(row.GIAYTO, `${path}.GIAYTO`, note),
    })),
    results: readResults(detail, note),
    legalBases: readRows(detail.CANCUPHAPLY, 'CANCUPHAPLY', note, (row, path) => {
      const basis = {
        number: scalarText(row.SOVANBAN),
        title: scalarName(row.TENVANBAN),
        issuer: scalarText(row.COQUANBANHANH),
        issuedOn: day(row.NGAYBANHANH, `${path}.NGAYBANHANH`, note),
        effectiveOn: day(row.NGAYHIEULUC, `${path}.NGAYHIEULUC`, note),
        url: scalarText(row.DIACHITRUYCAP),
      }
      return Object.values(basis).every((field) => field === null) ? undefined : basis
    }),
    subjects: readRows(detail.DOITUONGTHUCHIEN, 'DOITUONGTHUCHIEN', note, (row) => codeAndName(row.MADOITUONG, row.TENDOITUONG)),
    subjectsText: scalarLines(detail.MOTADOITUONGTHUCHIEN),
    agencies: {
      implementing: orInWords(readBodies(detail.COQUANTHUCHIEN, 'COQUANTHUCHIEN', note), scalarText(detail.MOTACOQUANTHUCHIEN)),
      competent: orInWords(readBodies(detail.COQUANCOTHAMQUYEN, 'COQUANCOTHAMQUYEN', note), scalarText(detail.MOTACOQUANTHAMQUYEN)),
      authorised: readBodies(detail.COQUANDUOCUYQUYEN, 'COQUANDUOCUYQUYEN', note),
      coordinating: readBodies(detail.COQUANPHOIHOP, 'COQUANPHOIHOP', note),
    },
    receptionAddress: scalarLines(detail.DIACHITIEPNHAN),
    requirements: scalarLines(detail.YEUCAU),
    keywords: scalarText(detail.TUKHOA),
    description: scalarLines(detail.MOTA),
    related: readCodes(detail.TTHCLIENQUAN, 'TTHCLIENQUAN', note),
    interlinked: readCodes(detail.TTHCLIENTHONG, 'TTHCLIENTHONG', note),
    decision: readDecision(detail),
    serviceLevels: null,
    services: null,
  }
  return { ok: true, value, findings: note.findings }
}

function readKind(value: WireScalar, note: ProcedureNotes): Procedure['kind'] {
  const written = scalarText(value)
  const kind = written === null ? null : kindOf(written)
  if (kind === undefined) note.add('kind.unknown', 'LOAITTHC', { value: codeWord(written) })
  return kind ?? null
}

/** `1` is public; any other value hides the procedure (§5.7). */
function readState(value: WireScalar): boolean | null {
  const written = scalarText(value)
  return written === null ? null : written === '1' || written === 'true'
}

function readLevels(detail: ProcedureDetail, note: ProcedureNotes): readonly AdministrativeLevel[] | null {
  const levels = readRows(detail.CAPTHUCHIEN, 'CAPTHUCHIEN', note, (row, path) => {
    const code = scalarText(row.CAPTHUCHIEN)
    const label = scalarText(row.TENCAP)
    const byCode = code === null ? undefined : levelOfCode(code)
    const byLabel = label === null ? undefined : levelOfLabel(label)
    if (byCode === undefined && byLabel === undefined && (code !== null || label !== null)) {
      note.add('level.unknown', `${path}.CAPTHUCHIEN`, { value: codeWord(code ?? label) })
    }
    if (byCode !== undefined && byLabel !== undefined && byCode !== byLabel) note.add('level.contradicted', path)
    return byCode ?? byLabel
  })
  return levels === null ? null : [...new Set(levels)]
}

/** One way of filing. Fees that stand directly under it go with its first time limit, or with one that says nothing else (§10.5). */
function readChannels(wire: WireChannel, path: string, note: ProcedureNotes): readonly ProcedureChannel[] {
  const written = scalarText(wire.KENH)
  const channels = written === null ? undefined : channelsOf(written)
  if (channels === undefined) note.add('channel.unknown', `${path}.KENH`, { value: codeWord(written) })
  const timeLimits = readRows(wire.THOIGIAN, `${path}.THOIGIAN`, note, (row, place) => readTime(row, place, note)) ?? []
  const beside = readFees(wire.PHILEPHI, `${path}.PHILEPHI`, note)
  if (beside.length > 0) note.add('fee.outside-time-limit', `${path}.PHILEPHI`)
  const limits = beside.length === 0 ? timeLimits : withFees(timeLimits, beside)
  return (channels ?? [null]).map((channel) => ({ channel, timeLimits: limits }))
}

function readTime(wire: WireTime, path: string, note: ProcedureNotes): TimeLimit {
  const limit = readTimeLimit(
    { value: wire.THOIGIANGIAIQUYET, unit: wire.DONVITINH, text: wire.MOTA },
    path,
    { value: 'THOIGIANGIAIQUYET', unit: 'DONVITINH' },
    note,
  )
  return { ...limit, fees: readFees(wire.PHILEPHI, `${path}.PHILEPHI`, note) }
}

function readFees(rows: readonly (WireFee | null)[] | null, path: string, note: ProcedureNotes): readonly ProcedureFee[] {
  const fees = readRows(rows, path, note, (row, place) => {
    const file = fileOf(row.TENTEP, row.URL)
    const wire = { kind: row.MAPHILEPHI, amount: row.SOTIEN, currency: row.DONVI, text: row.MOTA, files: file === undefined ? [] : [file] }
    return readFee(wire, place, { kind: 'MAPHILEPHI', amount: 'SOTIEN' }, note)
  })
  return fees ?? []
}

function withFees(limits: readonly TimeLimit[], fees: readonly ProcedureFee[]): readonly TimeLimit[] {
  const [first = { value: null, unit: null, text: null, fees: [] }, ...rest] = limits
  const known = new Set(limits.flatMap((limit) => limit.fees).map((fee) => JSON.stringify(fee)))
  return [{ ...first, fees: [...first.fees, ...fees.filter((fee) => !known.has(JSON.stringify(fee)))] }, ...rest]
}

function readDocuments(rows: Element<ProcedureDetail['THANHPHANHOSO']>['GIAYTO'], path: string, note: ProcedureNotes) {
  const documents = readRows(rows, path, note, (row, place) => {
    const name = scalarName(row.TENGIAYTO)
    if (name === null) {
      note.add('element.unnamed', `${place}.TENGIAYTO`)
      return undefined
    }
    const form = fileOf(row.TENMAUDON, row.URL)
    return {
      code: scalarCode(row.MAGIAYTO),
      name,
      originals: quantity(row.SOBANCHINH, `${place}.SOBANCHINH`, note),
      copies: quantity(row.SOBANSAO, `${place}.SOBANSAO`, note),
      forms: form === undefined ? [] : [form],
      replaceableBy: scalarCode(row.MA_KQ_THAYTHE),
    }
  })
  return mergeDocuments(documents ?? [], path, note)
}

function readResults(detail: ProcedureDetail, note: ProcedureNotes): Procedure['results'] {
  const results = readRows(detail.KETQUATHUCHIEN, 'KETQUATHUCHIEN', note, (row, path) => {
    const name = scalarName(row.TENKETQUA)
    if (name === null) {
      note.add('element.unnamed', `${path}.TENKETQUA`)
      return undefined
    }
    const file = fileOf(row.TENTEP, row.URL)
    return { code: scalarCode(row.MAKETQUA), name, files: file === undefined ? [] : [file] }
  })
  return results === null ? null : mergeResults(results)
}

function readBodies(rows: ProcedureDetail['COQUANTHUCHIEN'], path: string, note: ProcedureNotes): readonly CodeAndName[] | null {
  return readRows(rows, path, note, (row) => codeAndName(row.MADONVI, row.TENDONVI))
}

function readCodes(rows: ProcedureDetail['TTHCLIENQUAN'], path: string, note: ProcedureNotes): readonly string[] | null {
  return readRows(
    rows?.map((row) => row ?? null),
    path,
    note,
    (row) => scalarCode(row) ?? undefined,
  )
}

/** `QUYETDINH` was seen in one client only, without its meaning: it counts when it has the form of a decision's number. */
function readDecision(detail: ProcedureDetail): PublishingDecision | null {
  const id = scalarText(detail.IDQUYETDINHCONGBO)
  const written = scalarText(detail.QUYETDINH)
  const number = written !== null && /^\d+\/(?:\d{4}\/)?QĐ-\p{L}/u.test(written) ? written : null
  return id === null && number === null ? null : { id, number, issuedOn: null, summary: null }
}
