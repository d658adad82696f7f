import { canonicalJson } from '../../base/index.js'
import type { DossierRecord } from '../../connectors/national-portal/wire.js'

/**
 * The text whose digest decides whether a record is sent again. Addresses that change on every reading stay out of it:
 * - of a submitted document only whether there is a link: the portal downloads it once
 * - of a result the address without query and fragment: a moved file is sent again, a renewed signature is not
 *
 * @param ownLinks what links of ours begin with: each names one file for ever, so that another one is another file
 */
export function wireFingerprintText(record: DossierRecord, ownLinks?: string): string {
  return canonicalJson({
    ...record,
    ...(record.TaiLieuNop && {
      TaiLieuNop: record.TaiLieuNop.map((one) => ({ ...one, DuongDanTaiTepTin: documentLink(one.DuongDanTaiTepTin, ownLinks) })),
    }),
    ...(record.DanhSachGiayToKetQua && {
      DanhSachGiayToKetQua: record.DanhSachGiayToKetQua.map((one) => ({
        ...one,
        DuongDanTepTinKetQua: one.DuongDanTepTinKetQua.replace(/[?#].*$/s, ''),
      })),
    }),
  })
}

function documentLink(url: string, ownLinks: string | undefined): string | boolean {
  return ownLinks !== undefined && url.startsWith(ownLinks) ? url : url !== ''
}
