import type { ProcedureDetail } from '../../connectors/procedure-database/wire.js'
import type { CodeAndName, Procedure } from '../../domain/index.js'
import { channelCodes, kindCodes, levelCode, unitNames } from './codes.js'
import { writeDocument, writeResult } from './documents.js'
import { writeFee } from './fees.js'
import { wireDay } from './scalars.js'

/**
 * The procedure as `LayThuTuc` would answer it: scalars as text, blank where nothing is known, `null` for a list that is not known.
 * contracts/procedure-database.md §4.2
 *
 * The wire has no place for `nationalCode`, `serviceLevels` and `services`, nor for the publisher's name, the day and summary of the
 * decision (they come from the decision call) and more than one file of a fee. All else comes back through `fromWireProcedure` as it was.
 */
export function toWireProcedure(procedure: Procedure): ProcedureDetail {
  const { agencies } = procedure
  return {
    ID: '',
    MATTHC: procedure.code,
    TENTTHC: procedure.name,
    MACOQUANCONGBO: procedure.publisher?.code ?? '',
    LOAITTHC: procedure.kind === null ? '' : kindCodes[procedure.kind],
    LINHVUCTHUCHIEN: rows(procedure.sectors, ({ code, name }) => ({ MALINHVUC: code ?? '', TENLINHVUC: name ?? '' })),
    CAPTHUCHIEN: rows(procedure.levels, (level) => {
      const { code, label } = levelCode(level)
      return { CAPTHUCHIEN: code, TENCAP: label }
    }),
    TRINHTUTHUCHIEN: rows(procedure.processes, (process) => ({
      TRUONGHOP: process.case ?? '',
      TRINHTU: process.steps.map((step) => ({ TENTRINHTU: step })),
    })),
    CACHTHUCTHUCHIEN: rows(procedure.channels, ({ channel, timeLimits }) => ({
      KENH: channel === null ? '' : channelCodes[channel],
      THOIGIAN: timeLimits.map((limit) => ({
        THOIGIANGIAIQUYET: limit.value === null ? '' : String(limit.value),
        DONVITINH: limit.unit === null ? '' : unitNames[limit.unit],
        MOTA: limit.text ?? '',
        PHILEPHI: limit.fees.map(writeFee),
      })),
      PHILEPHI: null,
    })),
    THANHPHANHOSO: rows(procedure.documents, (group) => ({ TRUONGHOP: group.case ?? '', GIAYTO: group.documents.flatMap(writeDocument) })),
    KETQUATHUCHIEN: procedure.results?.flatMap(writeResult) ?? null,
    CANCUPHAPLY: rows(procedure.legalBases, (basis) => ({
      SOVANBAN: basis.number ?? '',
      TENVANBAN: basis.title ?? '',
      COQUANBANHANH: basis.issuer ?? '',
      NGAYBANHANH: wireDay(basis.issuedOn),
      NGAYHIEULUC: wireDay(basis.effectiveOn),
      DIACHITRUYCAP: basis.url ?? '',
    })),
    DOITUONGTHUCHIEN: rows(procedure.subjects, ({ code, name }) => ({ MADOITUONG: code ?? '', TENDOITUONG: name ?? '' })),
    COQUANTHUCHIEN: rows(agencies.implementing, unit),
    COQUANCOTHAMQUYEN: rows(agencies.competent, unit),
    COQUANDUOCUYQUYEN: rows(agencies.authorised, unit),
    COQUANPHOIHOP: rows(agencies.coordinating, unit),
    MOTADOITUONGTHUCHIEN: procedure.subjectsText ?? '',
    MOTACOQUANTHUCHIEN: '',
    MOTACOQUANTHAMQUYEN: '',
    DIACHITIEPNHAN: procedure.receptionAddress ?? '',
    YEUCAU: procedure.requirements ?? '',
    TUKHOA: procedure.keywords ?? '',
    MOTA: procedure.description ?? '',
    TTHCLIENQUAN: rows(procedure.related, (code) => code),
    TTHCLIENTHONG: rows(procedure.interlinked, (code) => code),
    IDQUYETDINHCONGBO: procedure.decision?.id ?? '',
    TRANGTHAI: procedure.published === null ? '' : procedure.published ? '1' : '0',
    QUYETDINH: procedure.decision?.number ?? '',
  }
}

function rows<Value, Row>(values: readonly Value[] | null, write: (value: Value) => Row): Row[] | null {
  return values?.map(write) ?? null
}

function unit({ code, name }: CodeAndName): { readonly MADONVI: string; readonly TENDONVI: string } {
  return { MADONVI: code ?? '', TENDONVI: name ?? '' }
}
