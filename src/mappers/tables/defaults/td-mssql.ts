import type { DefaultTables } from '../schema.js'

/** contracts/provincial-sources.md §8.1: states are the national codes already; kinds and payments are told in words. */
export const td: DefaultTables = {
  status: { '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6, '7': 7, '8': 8, '9': 9, '10': 10 },
  applicantKinds: {
    'Công dân': 'citizen',
    'Doanh nghiệp': 'business',
    'Cơ quan nhà nước': 'state-body',
    'Tổ chức': 'organization',
    Khác: 'organization',
  },
  channels: { '1': 'direct', '2': 'online', '3': 'post' },
  // 3 is inferred (§8.1).
  assumed: { channels: ['3'] },
  returnWays: { '0': 'counter', '1': 'post' },
  paymentText: {
    'Chờ thanh toán': { paid: false },
    'Chưa thanh toán': { paid: false },
    'Đã thanh toán': { paid: true },
  },
  // The other partner of the product, VNeID, settles where nobody has said: a province that knows adds it.
  paymentMethods: { paymentplatform: 'national' },
}
