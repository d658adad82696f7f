/** The code dictionaries. contracts/procedure-database.md §4.4; fields other than those of sectors and agencies are assumed. */
import { type DictionaryService, dictionaryFields } from '../../connectors/procedure-database/wire.js'
import { agencies, PROVINCE_AGENCY } from '../province/catalogue.js'
import type { Catalogue } from './catalogue.js'
import type { Row } from './national-record.js'
import { levelCodes, levelNames, ministries, sectors, subjects } from './vocabulary.js'

type Fields = Readonly<Record<string, unknown>>

export function isDictionary(service: string): service is DictionaryService {
  return Object.hasOwn(dictionaryFields, service)
}

/** @param fields arguments of the call: `MATINHTHANH`, `MAQUANHUYEN`, `maLoai`. */
export function dictionary(service: DictionaryService, catalogue: Catalogue, fields: Fields): readonly Row[] {
  return makers[service](catalogue, fields)
}

const coded = (service: DictionaryService, rows: readonly (readonly [code: string, name: string, parent?: unknown])[]): readonly Row[] => {
  const { code, name, parent } = dictionaryFields[service]
  return rows.map(([codeValue, nameValue, parentValue]) => ({
    [code]: codeValue,
    [name]: nameValue,
    ...(parent !== undefined && parentValue !== undefined && { [parent]: parentValue }),
  }))
}

const numbered = (service: DictionaryService, names: string): readonly Row[] =>
  coded(
    service,
    names.split('; ').map((name, index) => [String(index + 1), name]),
  )

const makers: Readonly<Record<DictionaryService, (catalogue: Catalogue, fields: Fields) => readonly Row[]>> = {
  LayDanhMucTinhThanh: () => coded('LayDanhMucTinhThanh', [['99', 'Tỉnh Mẫu']]),
  // The tier ended on 1 July 2025.
  LayDanhMucQuanHuyen: () => [],
  LayDanhMucPhuongXa: () =>
    coded(
      'LayDanhMucPhuongXa',
      agencies.filter(({ level }) => level === 'commune').map(({ name }, index) => [`990${index + 1}`, name.replace('UBND xã', 'Xã'), '']),
    ),
  LayDanhMucCoQuan: () =>
    coded('LayDanhMucCoQuan', [
      ...Object.entries(ministries).map(([code, { name }]) => [`000.00.00.${code}`, name, 0] as const),
      [PROVINCE_AGENCY, 'UBND tỉnh Mẫu', 1],
      ...agencies.map(({ code, name, level }) => [code, name, level === 'commune' ? 3 : 2] as const),
    ]),
  LayDanhMucLinhVuc: (catalogue) => coded('LayDanhMucLinhVuc', [...sectorRows(catalogue)]),
  LayDanhMucCapThucHien: () =>
    coded(
      'LayDanhMucCapThucHien',
      Object.entries(levelCodes).map(([level, code]) => [String(code), levelNames[level as keyof typeof levelNames]]),
    ),
  LayDanhMucDoiTuong: () =>
    coded(
      'LayDanhMucDoiTuong',
      subjects.map(({ code, name }) => [code, name]),
    ),
  LayDanhMucCanCuPhapLy: (catalogue) => {
    const bases = new Map(
      catalogue
        .list()
        .slice(0, 100)
        .flatMap((entry) => catalogue.facts(entry).legalBases.map(({ number, title }) => [number, title])),
    )
    return coded('LayDanhMucCanCuPhapLy', [...bases])
  },
  LayDanhMucLePhi: () =>
    coded('LayDanhMucLePhi', [
      ["1'", 'Phí'],
      ["2'", 'Lệ phí'],
    ]),
  LayDanhMucQuocGia: () =>
    coded('LayDanhMucQuocGia', [
      ['VN', 'Việt Nam'],
      ['LA', 'Lào'],
      ['KH', 'Campuchia'],
      ['CN', 'Trung Quốc'],
      ['KR', 'Hàn Quốc'],
    ]),
  LayDanhMucDanToc: () => numbered('LayDanhMucDanToc', 'Kinh; Tày; Thái; Mường; Khmer; Nùng; Mông'),
  LayDanhMucTonGiao: () => numbered('LayDanhMucTonGiao', 'Không; Phật giáo; Công giáo; Tin Lành; Cao Đài; Phật giáo Hòa Hảo'),
  LayDanhMucGioiTinh: () => numbered('LayDanhMucGioiTinh', 'Nam; Nữ; Khác'),
  LayDanhMucTinhTrangHonNhan: () => numbered('LayDanhMucTinhTrangHonNhan', 'Độc thân; Đã kết hôn; Ly hôn; Góa'),
  LayDanhMucLoaiThuTuc: () => numbered('LayDanhMucLoaiThuTuc', KINDS),
  LayDanhMucNhomThuTuc: () =>
    coded('LayDanhMucNhomThuTuc', [
      ['N1', 'Thủ tục liên thông', '1'],
      ['N2', 'Thủ tục thường xuyên', '1'],
    ]),
  LayDanhMucThuTucThuocLoai: (catalogue, { maLoai }) => {
    const kind = typeof maLoai === 'string' && maLoai !== '' ? maLoai : '3'
    const ofKind = catalogue.list().filter((entry) => catalogue.facts(entry).kind === kind)
    return coded(
      'LayDanhMucThuTucThuocLoai',
      ofKind.map(({ code, name }) => [code, name]),
    )
  },
}

/** §5.3 */
const KINDS = 'TTHC không được luật giao cho địa phương quy định hoặc quy định chi tiết; TTHC được luật giao quy định chi tiết; Loại khác'

/** Those of the vocabulary, and whatever else the catalogue names. */
function* sectorRows(catalogue: Catalogue): Generator<readonly [string, string, string]> {
  const seen = new Set<string>()
  const named = [...sectors, ...catalogue.original().map(({ sector }) => sector)]
  for (const { code, name } of named) {
    if (code === '' || seen.has(code)) continue
    seen.add(code)
    yield [code, name, `000.00.00.${code.slice(0, 3)}`]
  }
}
