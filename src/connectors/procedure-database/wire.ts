/**
 * What the national procedure database answers. contracts/procedure-database.md §4 and §10.
 * Read leniently: keys are brought to upper case first ({@link upperCaseKeys}), a scalar may come as text or number, unknown fields are
 * kept, and one field of the wrong form costs that field and not the procedure: what the mapper cannot use it reports.
 */
import { z } from 'zod'

/** The operations of the native dialect (§4). `LayQDCB` is the gateway's name; the native one is unknown (A). */
export const dictionaryServices = [
  'LayDanhMucTinhThanh',
  'LayDanhMucQuanHuyen',
  'LayDanhMucPhuongXa',
  'LayDanhMucCoQuan',
  'LayDanhMucLinhVuc',
  'LayDanhMucCapThucHien',
  'LayDanhMucDoiTuong',
  'LayDanhMucCanCuPhapLy',
  'LayDanhMucLePhi',
  'LayDanhMucQuocGia',
  'LayDanhMucDanToc',
  'LayDanhMucTonGiao',
  'LayDanhMucGioiTinh',
  'LayDanhMucTinhTrangHonNhan',
  'LayDanhMucLoaiThuTuc',
  'LayDanhMucNhomThuTuc',
  'LayDanhMucThuTucThuocLoai',
] as const
export type DictionaryService = (typeof dictionaryServices)[number]
export type ProcedureService = 'LayDanhSachTTHC' | 'LayDanhSachTTHCDonVi' | 'LayThuTuc' | 'LayQDCB' | DictionaryService

/** Text, or a number or boolean in its place; anything else is read as not set. */
const scalar = z.union([z.string(), z.number(), z.boolean()]).nullish().catch(null)
export type WireScalar = string | number | boolean | null | undefined

/** An array, or a single object in its place; `null` where there is none. An element of another form is `null`: the mapper says so. */
function list<Row extends z.ZodType>(row: Row) {
  return z.preprocess(
    (value) => (value === null || value === undefined || value === '' ? null : Array.isArray(value) ? value : [value]),
    z.array(row.nullable().catch(null)).nullable(),
  )
}

/** A row of `LayDanhSachTTHC`; `TRANGTHAI` in one switch of the simulator only. */
export const procedureListRow = z.looseObject({ MATTHC: scalar, TENTTHC: scalar, TRANGTHAI: scalar })
export type ProcedureListRow = z.infer<typeof procedureListRow>

export const unitRow = z.looseObject({ MADONVI: scalar, TENDONVI: scalar })
const fee = z.looseObject({ MAPHILEPHI: scalar, SOTIEN: scalar, DONVI: scalar, MOTA: scalar, URL: scalar, TENTEP: scalar })
const timeLimit = z.looseObject({ THOIGIANGIAIQUYET: scalar, DONVITINH: scalar, MOTA: scalar, PHILEPHI: list(fee) })
/** Fees belong under the time limits; one client also looks for them here. */
const channel = z.looseObject({ KENH: scalar, THOIGIAN: list(timeLimit), PHILEPHI: list(fee) })
const paper = z.looseObject({
  MAGIAYTO: scalar,
  TENGIAYTO: scalar,
  TENMAUDON: scalar,
  URL: scalar,
  SOBANCHINH: scalar,
  SOBANSAO: scalar,
  MA_KQ_THAYTHE: scalar,
})

/** `result[0]` of `LayThuTuc` (§4.2). */
export const procedureDetail = z.looseObject({
  ID: scalar,
  MATTHC: scalar,
  TENTTHC: scalar,
  MACOQUANCONGBO: scalar,
  LOAITTHC: scalar,
  LINHVUCTHUCHIEN: list(z.looseObject({ MALINHVUC: scalar, TENLINHVUC: scalar })),
  CAPTHUCHIEN: list(z.looseObject({ CAPTHUCHIEN: scalar, TENCAP: scalar })),
  TRINHTUTHUCHIEN: list(z.looseObject({ TRUONGHOP: scalar, TRINHTU: list(z.looseObject({ TENTRINHTU: scalar })) })),
  CACHTHUCTHUCHIEN: list(channel),
  THANHPHANHOSO: list(z.looseObject({ TRUONGHOP: scalar, GIAYTO: list(paper) })),
  KETQUATHUCHIEN: list(z.looseObject({ MAKETQUA: scalar, TENKETQUA: scalar, TENTEP: scalar, URL: scalar })),
  CANCUPHAPLY: list(
    z.looseObject({ SOVANBAN: scalar, TENVANBAN: scalar, COQUANBANHANH: scalar, NGAYBANHANH: scalar, NGAYHIEULUC: scalar, DIACHITRUYCAP: scalar }),
  ),
  DOITUONGTHUCHIEN: list(z.looseObject({ MADOITUONG: scalar, TENDOITUONG: scalar })),
  COQUANTHUCHIEN: list(unitRow),
  COQUANCOTHAMQUYEN: list(unitRow),
  COQUANDUOCUYQUYEN: list(unitRow),
  COQUANPHOIHOP: list(unitRow),
  MOTADOITUONGTHUCHIEN: scalar,
  MOTACOQUANTHUCHIEN: scalar,
  MOTACOQUANTHAMQUYEN: scalar,
  DIACHITIEPNHAN: scalar,
  YEUCAU: scalar,
  TUKHOA: scalar,
  MOTA: scalar,
  TTHCLIENQUAN: list(scalar),
  TTHCLIENTHONG: list(scalar),
  IDQUYETDINHCONGBO: scalar,
  TRANGTHAI: scalar,
  QUYETDINH: scalar,
})
export type ProcedureDetail = z.infer<typeof procedureDetail>

/** A row of the decision call (§4.3). */
export const decisionRow = z.looseObject({ SOQUYETDINH: scalar, NGAYQUYETDINH: scalar, TRICHYEU: scalar })
export type DecisionRow = z.infer<typeof decisionRow>

/** Which fields of a dictionary hold code, name and parent. Sector and agency C1–C2, the rest A (§4.4). */
export const dictionaryFields: Readonly<Record<DictionaryService, { readonly code: string; readonly name: string; readonly parent?: string }>> = {
  LayDanhMucTinhThanh: { code: 'MATINHTHANH', name: 'TENTINHTHANH' },
  LayDanhMucQuanHuyen: { code: 'MAQUANHUYEN', name: 'TENQUANHUYEN', parent: 'MATINHTHANH' },
  LayDanhMucPhuongXa: { code: 'MAPHUONGXA', name: 'TENPHUONGXA', parent: 'MAQUANHUYEN' },
  LayDanhMucCoQuan: { code: 'MADONVI', name: 'TENDONVI', parent: 'CAPDONVI' },
  LayDanhMucLinhVuc: { code: 'MALINHVUC', name: 'TENLINHVUC', parent: 'MANGANH' },
  LayDanhMucCapThucHien: { code: 'CAPTHUCHIEN', name: 'TENCAP' },
  LayDanhMucDoiTuong: { code: 'MADOITUONG', name: 'TENDOITUONG' },
  LayDanhMucCanCuPhapLy: { code: 'SOVANBAN', name: 'TENVANBAN' },
  LayDanhMucLePhi: { code: 'MAPHILEPHI', name: 'TENPHILEPHI' },
  LayDanhMucQuocGia: { code: 'MA', name: 'TEN' },
  LayDanhMucDanToc: { code: 'MA', name: 'TEN' },
  LayDanhMucTonGiao: { code: 'MA', name: 'TEN' },
  LayDanhMucGioiTinh: { code: 'MA', name: 'TEN' },
  LayDanhMucTinhTrangHonNhan: { code: 'MA', name: 'TEN' },
  LayDanhMucLoaiThuTuc: { code: 'MA', name: 'TEN' },
  LayDanhMucNhomThuTuc: { code: 'MA', name: 'TEN', parent: 'NHOMTHUTUC' },
  LayDanhMucThuTucThuocLoai: { code: 'MATTHC', name: 'TENTTHC' },
}

/** Upper-cases every key, at any depth: `MaTTHC`, `Url` and `MATTHC`, `URL` are one field. The first spelling wins. */
export function upperCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upperCaseKeys)
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const upper = key.toUpperCase()
    if (!Object.hasOwn(result, upper) && upper !== '__PROTO__') result[upper] = upperCaseKeys(inner)
  }
  return result
}

/**
 * The public portal of 2026 (§3c). Fields of the detail as several public readers use them; everything the contract does not name is an
 * assumption. Names are of one case here, so keys stay as they come.
 */
const named = z.looseObject({ code: scalar, name: scalar })
export const formalityRow = z.looseObject({ id: scalar, code: scalar, codeNotation: scalar, name: scalar })
export type FormalityRow = z.infer<typeof formalityRow>
/** `lastId` is the cursor of the next page; empty or unchanged: there is none. */
export const formalityPage = z.looseObject({ items: z.array(z.unknown()), lastId: scalar, total: scalar })
/** Every answer. Success is `code` "OK"; HTTP 200 or 201 alone proves nothing. */
export const formalityAnswer = z.looseObject({ code: scalar, message: scalar, data: z.unknown().optional() })

export const formalityDetail = z.looseObject({
  id: scalar,
  code: scalar,
  name: scalar,
  formalityType: scalar,
  type: scalar,
  state: scalar,
  isFullProcess: scalar,
  isMinistry: scalar,
  isProvince: scalar,
  isWard: scalar,
  isOtherAgency: scalar,
  isVertical: scalar,
  isUndetermined: scalar,
  procedureProposal: z.looseObject({ proposalNumber: scalar, decisionDate: scalar, proposalType: scalar }).nullish().catch(null),
  categoriesDetails: list(named),
  subjectTypesDetails: list(named),
  departmentsExecuting: list(named),
  departmentsAuthority: list(named),
  departmentsAuthorized: list(named),
  departmentsCoordinating: list(named),
  dossierReceivingAddresses: scalar,
  procedureRelatedGroup: list(named),
  executionSteps: list(z.looseObject({ name: scalar, description: scalar })),
  executionMethods: list(
    z.looseObject({
      submissionMethod: scalar,
      processingTime: scalar,
      processingTimeUnit: scalar,
      description: scalar,
      fees: list(z.looseObject({ type: scalar, name: scalar, value: scalar, currencyName: scalar, description: scalar })),
    }),
  ),
  executionCases: list(
    z.looseObject({
      name: scalar,
      profileComponents: list(
        z.looseObject({
          code: scalar,
          name: scalar,
          originalQty: scalar,
          copyQty: scalar,
          attachments: list(z.looseObject({ id: scalar, fileName: scalar, fileId: scalar })),
        }),
      ),
    }),
  ),
  legalBasisesDetails: list(named),
  resultsDetails: list(named),
  requirementsAndConditions: z.unknown().optional(),
  keywords: scalar,
  description: scalar,
  // Seen in stored records of 2026, not named by the contract.
  codeNotation: scalar,
  departmentPromulgateCode: scalar,
  departmentPromulgateName: scalar,
  /** Executing bodies named as a group (`Ủy ban nhân dân cấp xã`), without a code; `departmentsExecuting` is then empty. */
  unitGroupsExecuting: list(named).optional(),
  unitGroupsAuthority: list(named).optional(),
  unitGroupsAuthorized: list(named).optional(),
  unitGroupsCoordinating: list(named).optional(),
  /** The numbered cases (`MaDVC`); the same number can occur twice. */
  cases: list(named).optional(),
})
export type FormalityDetail = z.infer<typeof formalityDetail>

/** Addresses of the dialect under its host. */
export const formalityPaths = {
  list: '/api/v1/submitting/formality/list-all-public-formality-by-citizen',
  detail: '/api/v1/configuring/formality/get-formality-by-citizen',
  pdf: '/api/v1/configuring/formality/export-pdf-formality-detail-by-citizen',
} as const
export const FORMALITY_PAGE = 200
