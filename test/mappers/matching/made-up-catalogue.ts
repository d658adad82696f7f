import { type AdministrativeLevel, namedProcedure, type Procedure } from '../../../src/domain/index.js'
import type { MatchSubject } from '../../../src/mappers/matching/index.js'

export function national(code: string, name: string, levels: readonly AdministrativeLevel[] | null = null, sector: string | null = null): Procedure {
  return { ...namedProcedure(code, name), levels, sectors: sector === null ? null : [{ code: null, name: sector }] }
}

export function local(name: string, more: Partial<MatchSubject> = {}): MatchSubject {
  return { id: 'row', codes: [], name, sector: null, levels: null, agency: null, documents: null, ...more }
}

/** Names of one family, as they stand side by side in a national list. */
export const CATALOGUE: readonly Procedure[] = [
  national('1.000001', 'Thủ tục đăng ký khai sinh', ['commune'], 'Hộ tịch'),
  national('1.000002', 'Thủ tục đăng ký lại khai sinh', ['commune'], 'Hộ tịch'),
  national('1.000003', 'Thủ tục đăng ký khai sinh có yếu tố nước ngoài', ['commune'], 'Hộ tịch'),
  national('1.000004', 'Thủ tục đăng ký khai tử', ['commune'], 'Hộ tịch'),
  national('1.000005', 'Chuyển hình thức giao đất, cho thuê đất', ['province'], 'Đất đai'),
  national('1.000006', 'Chuyển hình thức giao đất, cho thuê đất.', ['commune'], 'Đất đai'),
  national(
    '1.000007',
    'Cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở sản xuất, kinh doanh nông sản',
    ['province'],
    'Nông nghiệp',
  ),
  national(
    '1.000008',
    'Cấp lại Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở sản xuất, kinh doanh nông sản',
    ['province'],
    'Nông nghiệp',
  ),
  national(
    '1.000009',
    'Gia hạn giấy phép khai thác nước dưới đất đối với công trình có quy mô dưới 3.000 m3/ngày đêm',
    ['province'],
    'Tài nguyên nước',
  ),
  national(
    '1.000010',
    'Gia hạn giấy phép khai thác nước dưới đất đối với công trình có quy mô dưới 5.000 m3/ngày đêm',
    ['province'],
    'Tài nguyên nước',
  ),
  national('1.000011', 'Hòa giải tranh chấp đất đai (cấp xã)', ['commune'], 'Đất đai'),
  national(
    '1.000012',
    'Thu hồi Giấy chứng nhận đã cấp lần đầu không đúng quy định của pháp luật đất đai do người sử dụng đất phát hiện và cấp lại Giấy chứng nhận sau khi thu hồi',
    ['commune'],
    'Đất đai',
  ),
  national('1.000013', 'Xác định lại diện tích đất ở đã được cấp Giấy chứng nhận trước ngày 01 tháng 7 năm 2004', ['commune'], 'Đất đai'),
  national('2.001190', 'Đăng ký thành lập hộ kinh doanh', ['commune'], 'Hộ kinh doanh'),
  national('2.001191', 'Chấm dứt hoạt động hộ kinh doanh', ['commune'], 'Hộ kinh doanh'),
]
