/** How far a call came on its way: name, connection, encryption, HTTP; as far as the errors of the transport tell. */
import type { ErrorCode, LienthongError, Text } from '../base/index.js'
import { type Check, failed, fine } from './check.js'

interface Stage {
  /** Codes of the operating system, of Node and of OpenSSL. */
  readonly causes: RegExp
  readonly says: Text
  readonly hint: Text
}

const says = {
  reached: { en: '{subject}: {host} is reached', vi: '{subject}: kết nối được {host}' },
} satisfies Record<string, Text>

/** In the order of the way; the last one fits everything. */
const stages: readonly Stage[] = [
  {
    causes: /^(ENOTFOUND|EAI_)/,
    says: { en: '{subject}: DNS does not know the name of {host} ({cause}).', vi: '{subject}: DNS không phân giải được tên {host} ({cause}).' },
    hint: {
      en: 'Check the spelling of the address and this machine’s name server; on a closed network the name may have to stand in its hosts file.',
      vi: 'Kiểm tra chính tả địa chỉ và máy chủ tên miền của máy này; trong mạng kín có thể phải khai tên trong tệp hosts.',
    },
  },
  {
    causes: /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/,
    says: {
      en: '{subject}: no encrypted connection with {host} ({cause}).',
      vi: '{subject}: không thiết lập được kết nối mã hóa với {host} ({cause}).',
    },
    hint: {
      en: 'A certificate of an authority of your own goes into `caFile`; if the other side asks for one of ours, into `clientCertificate`. Check that the port speaks TLS.',
      vi: 'Chứng thư của CA nội bộ khai trong `caFile`; nếu bên kia yêu cầu chứng thư của ta thì khai `clientCertificate`. Kiểm tra cổng có dùng TLS không.',
    },
  },
  {
    causes: /^ECONNREFUSED$/,
    says: {
      en: '{subject}: the machine answers, but nothing listens at {host} ({cause}).',
      vi: '{subject}: máy có trả lời nhưng không có gì lắng nghe tại {host} ({cause}).',
    },
    hint: {
      en: 'Check the port, and whether the service runs; a firewall may refuse it, too.',
      vi: 'Kiểm tra cổng và dịch vụ có đang chạy; tường lửa cũng có thể từ chối.',
    },
  },
  {
    causes: /^/,
    says: { en: '{subject}: no connection with {host} ({cause}).', vi: '{subject}: không có kết nối tới {host} ({cause}).' },
    hint: {
      en: 'Check route, VPN and firewall between this machine and there, and `proxy` if the way leads through one.',
      vi: 'Kiểm tra định tuyến, VPN và tường lửa giữa máy này và bên kia, và `proxy` nếu phải đi qua proxy.',
    },
  },
]

/** What came back was not from whom we asked. By the hop that failed, as far as it can be told. */
const answered: Readonly<Record<'platform' | 'other', Pick<Stage, 'says' | 'hint'>>> = {
  platform: {
    says: {
      en: '{subject}: the adapter answers, but the national platform behind it does not carry the call on: {problem}',
      vi: '{subject}: adapter có trả lời nhưng nền tảng quốc gia phía sau không chuyển tiếp lời gọi: {problem}',
    },
    hint: {
      en: 'Check `dstcode` and that this adapter may reach that member; the platform’s operator sees the call in its log.',
      vi: 'Kiểm tra `dstcode` và quyền của adapter tới thành viên đó; đơn vị vận hành nền tảng xem được lời gọi trong nhật ký.',
    },
  },
  other: {
    says: { en: '{subject}: connected, but HTTP fails: {problem}', vi: '{subject}: đã kết nối nhưng HTTP lỗi: {problem}' },
    hint: {
      en: 'Check the path of the address and what stands in between (adapter, proxy, firewall); open it in a browser on this machine.',
      vi: 'Kiểm tra đường dẫn trong địa chỉ và thành phần ở giữa (adapter, proxy, tường lửa); mở thử bằng trình duyệt trên máy này.',
    },
  },
}

const ON_THE_WAY: ReadonlySet<ErrorCode> = new Set([
  'transport.unreachable',
  'transport.unanswered',
  'transport.server_failed',
  'transport.throttled',
  'transport.refused',
  'transport.too_large',
  'transport.circuit_open',
])

/** Whether a call failed before anybody who knows us was asked. */
export function failedOnTheWay(error: LienthongError): boolean {
  return ON_THE_WAY.has(error.code)
}

export function checkReach(id: string, subject: string, host: string, error: LienthongError | undefined): Check {
  if (error === undefined || !failedOnTheWay(error)) return fine(id, says.reached, { subject, host })
  const cause = String(error.values.cause ?? '')
  const stage =
    error.code === 'transport.unreachable'
      ? stages.find(({ causes }) => causes.test(cause))
      : error.hop === 'platform'
        ? answered.platform
        : answered.other
  return failed(id, error, stage?.says, stage?.hint, { subject })
}
