import type { FindingRule } from '../../base/index.js'
import { sourceRules } from '../source-rules.js'

/** What the mapper of relayed dossiers may have to say. contracts/provincial-sources.md §9.2 */
export const relayRules = {
  'record.unreadable': {
    severity: 'error',
    says: {
      en: 'This is no dossier of DongBoHoSoMC: {field} has another type than expected.',
      vi: 'Đây không phải hồ sơ DongBoHoSoMC: {field} không đúng kiểu.',
    },
    hint: { en: 'Ask the operator of the portal to send it again.', vi: 'Đề nghị đơn vị vận hành cổng gửi lại.' },
  },
  'status.unmapped': {
    severity: 'error',
    says: { en: 'The status “{status}” has no row in the tables.', vi: 'Trạng thái “{status}” chưa có trong bảng mã.' },
    hint: { en: 'Add it to `status` in the code tables.', vi: 'Thêm vào `status` trong bảng mã.' },
  },
  'status.dialect-deviation': {
    severity: 'info',
    says: {
      en: 'The number given is kept ({status}); this kind of portal was seen to send supplement requests as 1 and refusals as 3.',
      vi: 'Giữ nguyên mã đã gửi ({status}); loại cổng này từng gửi yêu cầu bổ sung là 1 và từ chối là 3.',
    },
    hint: { en: 'If so at yours, correct it in `status` of the code tables.', vi: 'Nếu cổng của bạn cũng vậy, sửa trong `status` của bảng mã.' },
  },
  'status.may-hide-supplement': {
    severity: 'warn',
    says: {
      en: 'Status 1 from this kind of portal may be a request for papers (5): nobody can tell from the message.',
      vi: 'Trạng thái 1 từ loại cổng này có thể là yêu cầu bổ sung (5): bản tin không phân biệt được.',
    },
    hint: { en: 'Ask the operator of the portal to send 5 for such requests.', vi: 'Đề nghị đơn vị vận hành cổng gửi mã 5 cho yêu cầu bổ sung.' },
  },
  'code.without-province': {
    severity: 'warn',
    says: {
      en: 'The dossier number does not carry the province’s agency code and cannot serve as the national number.',
      vi: 'Mã hồ sơ không chứa mã định danh của tỉnh nên không dùng làm mã quốc gia được.',
    },
    hint: { en: 'Let the portal number its dossiers by the circular.', vi: 'Để cổng cấp mã theo quy định.' },
  },
  'code.receipt-empty': {
    severity: 'info',
    says: { en: '`SoBienNhan` is empty: it names nothing.', vi: '`SoBienNhan` rỗng: không phải mã.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'applicant.id-in-account-field': {
    severity: 'warn',
    says: {
      en: '`MaDoiTuong` is nationally the account at the national portal; here it holds an identity or tax number. It is kept as such, and never sent as an account.',
      vi: '`MaDoiTuong` theo tài liệu quốc gia là mã tài khoản trên Cổng; ở đây là số giấy tờ hoặc mã số thuế. Được hiểu là số giấy tờ, không gửi như mã tài khoản.',
    },
    hint: { en: 'Nothing to do, unless yours holds accounts: then tell us.', vi: 'Không cần làm gì, trừ khi cổng của bạn ghi mã tài khoản.' },
  },
  'applicant.kind-unmapped': sourceRules['applicant.kind-unmapped'],
  'identity.doubtful': sourceRules['identity.doubtful'],
  'channel.unmapped': {
    severity: 'warn',
    says: {
      en: 'The value “{value}” of `KenhThucHien` has no row in the tables.',
      vi: 'Giá trị “{value}” của `KenhThucHien` chưa có trong bảng mã.',
    },
    hint: { en: 'Add it to `channels`.', vi: 'Thêm vào `channels`.' },
  },
  'return-way.unmapped': {
    severity: 'warn',
    says: { en: 'The value “{value}” of `HinhThuc` has no row in the tables.', vi: 'Giá trị “{value}” của `HinhThuc` chưa có trong bảng mã.' },
    hint: { en: 'Add it to `returnWays`.', vi: 'Thêm vào `returnWays`.' },
  },
  'time.unreadable': {
    severity: 'warn',
    says: { en: 'A date is not written yyyyMMddHHmmss and counts as unknown.', vi: 'Ngày không đúng dạng yyyyMMddHHmmss nên coi như chưa biết.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
  'time.finish-missing': {
    severity: 'warn',
    says: {
      en: 'The dossier is ended and has no end of processing: the push does not carry one.',
      vi: 'Hồ sơ đã kết thúc nhưng không có ngày kết thúc xử lý: bản tin không có.',
    },
    hint: {
      en: 'Nationally it cannot count as on time; ask the operator of the portal to send `NgayKetThucXuLy`.',
      vi: 'Ở mức quốc gia sẽ không tính là đúng hạn; đề nghị đơn vị vận hành cổng gửi `NgayKetThucXuLy`.',
    },
  },
  'time.return-missing': {
    severity: 'warn',
    says: {
      en: 'The dossier is returned and has no date of return: the push does not carry one.',
      vi: 'Hồ sơ đã trả kết quả nhưng không có ngày trả: bản tin không có.',
    },
    hint: { en: 'Ask the operator of the portal to send `NgayTra`.', vi: 'Đề nghị đơn vị vận hành cổng gửi `NgayTra`.' },
  },
  'fee.not-carried': {
    severity: 'info',
    says: { en: 'The push carries no fees: unknown, not free of charge.', vi: 'Bản tin không có phí: chưa biết, không phải miễn phí.' },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'id.repeated': {
    severity: 'info',
    says: {
      en: '`TepDinhKemId` is unique inside one dossier at most, and taken for nothing more.',
      vi: '`TepDinhKemId` chỉ là duy nhất trong một hồ sơ, không dùng rộng hơn.',
    },
    hint: { en: 'Nothing to do.', vi: 'Không cần làm gì.' },
  },
  'url.foreign': {
    severity: 'info',
    says: {
      en: 'Addresses of files are those of the portal that sent them; we do not open them.',
      vi: 'Địa chỉ tệp là của cổng đã gửi; hệ thống không mở.',
    },
    hint: { en: 'The national side must be able to reach that portal.', vi: 'Phía quốc gia phải truy cập được cổng đó.' },
  },
  'url.unusable': {
    severity: 'warn',
    says: { en: 'An address of a file is no http address and is not passed on.', vi: 'Một địa chỉ tệp không phải http nên không chuyển tiếp.' },
    hint: { en: 'Correct it at the source.', vi: 'Sửa tại hệ thống nguồn.' },
  },
} as const satisfies Record<string, FindingRule>

export type RelayRule = keyof typeof relayRules
