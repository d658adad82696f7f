import type { DefaultTables } from '../schema.js'

const statusById = { '0': 1, '1': 5, '2': 4, '3': 8, '4': 9, '5': 10, '6': 3 } as const
/** contracts/provincial-sources.md §7.5: only “Đang xử lý” and “Mới đăng ký” were seen, and both are national terms. */
const statusByName = { 'Chờ tiếp nhận': 1, 'Yêu cầu bổ sung': 5, 'Tạm dừng': 8, 'Có kết quả': 9 } as const
/** `chonDoiTuong` on the national scale: nobody publishes its list, and the write adapter of the same product counts from 0. */
const applicantKinds = { '1': 'citizen', '2': 'business', '3': 'state-body', '4': 'organization' } as const
/** §7.3: the ids are inferred. */
const channelById = { '0': 'online', '1': 'direct' } as const

/** VNPT iGate 2.x. Names come before ids: administrators rename little, and ids mean something else in every installation. */
export const igate: DefaultTables = {
  status: statusById,
  statusText: statusByName,
  applicantKinds,
  channels: { 'Trực tuyến': 'online', 'Trực tiếp': 'direct', 'Bưu chính': 'post', ...channelById },
  returnWays: { 'Nhận trực tiếp': 'counter', 'Trực tiếp': 'counter', 'Nhận qua bưu chính': 'post', 'Bưu chính': 'post' },
  assumed: {
    status: Object.keys(statusById),
    statusText: Object.keys(statusByName),
    applicantKinds: Object.keys(applicantKinds),
    channels: Object.keys(channelById),
  },
}
