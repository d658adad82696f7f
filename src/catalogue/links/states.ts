import type { Text } from '../../base/index.js'

/** What a check of a published link says. Only `alive` needs nobody. */
export const linkStates = ['alive', 'suspect', 'moved', 'dead', 'refused', 'unreachable', 'not-https', 'invalid', 'foreign-host'] as const
export type LinkState = (typeof linkStates)[number]

interface LinkSaying {
  readonly state: LinkState
  readonly problem: Text
  readonly hint: Text
}

const publishAgain: Text = {
  en: 'Publish the service’s present address.',
  vi: 'Công khai lại địa chỉ hiện tại của dịch vụ.',
}
const openByHand: Text = {
  en: 'Open the link in a browser; if citizens see the service, nothing is wrong.',
  vi: 'Mở đường dẫn bằng trình duyệt; nếu người dân thấy dịch vụ thì không có gì sai.',
}
const askOperator: Text = {
  en: 'Check again later; if it lasts, tell the operator of the portal.',
  vi: 'Kiểm tra lại sau; nếu kéo dài, báo đơn vị vận hành cổng.',
}

/** All that a check may have to say. `alive` says nothing. */
export const linkSayings = {
  invalid: {
    state: 'invalid',
    problem: { en: 'This is no web address.', vi: 'Đây không phải địa chỉ web.' },
    hint: { en: 'Enter the whole address of the service, with https://.', vi: 'Nhập đầy đủ địa chỉ của dịch vụ, gồm cả https://.' },
  },
  'with-password': {
    state: 'invalid',
    problem: { en: 'The address carries a user name or password.', vi: 'Địa chỉ có chứa tên đăng nhập hoặc mật khẩu.' },
    hint: { en: 'Publish it without, and change that password.', vi: 'Công khai địa chỉ không kèm thông tin này và đổi mật khẩu đó.' },
  },
  'not-https': {
    state: 'not-https',
    problem: { en: 'The address is not protected (http).', vi: 'Địa chỉ không được bảo vệ (http).' },
    hint: {
      en: 'Publish the https address: citizens enter personal data there.',
      vi: 'Công khai địa chỉ https: người dân nhập dữ liệu cá nhân tại đó.',
    },
  },
  'sent-to-http': {
    state: 'not-https',
    problem: {
      en: '{host} sends citizens on to an address that is not protected (http).',
      vi: '{host} chuyển người dân sang địa chỉ không được bảo vệ (http).',
    },
    hint: { en: 'Let the operator of the portal correct the redirect.', vi: 'Đề nghị đơn vị vận hành cổng sửa chuyển hướng.' },
  },
  'foreign-host': {
    state: 'foreign-host',
    problem: { en: '{host} is not among the hosts that may be asked.', vi: '{host} không nằm trong các máy chủ được phép kiểm tra.' },
    hint: {
      en: 'If services stand there, add it to the allowed hosts; otherwise correct the link.',
      vi: 'Nếu dịch vụ đặt tại đó, thêm vào danh sách cho phép; nếu không, sửa đường dẫn.',
    },
  },
  moved: {
    state: 'moved',
    problem: { en: 'The link leads on to another host, {target}.', vi: 'Đường dẫn chuyển sang máy chủ khác, {target}.' },
    hint: {
      en: 'If that is the sign-in page, nothing is wrong; otherwise publish the new address.',
      vi: 'Nếu đó là trang đăng nhập thì không có gì sai; nếu không, công khai địa chỉ mới.',
    },
  },
  dead: { state: 'dead', problem: { en: 'There is no such page (HTTP {status}).', vi: 'Không có trang này (HTTP {status}).' }, hint: publishAgain },
  refused: {
    state: 'refused',
    problem: { en: '{host} does not show us the page (HTTP {status}).', vi: '{host} không cho xem trang này (HTTP {status}).' },
    hint: openByHand,
  },
  'says-missing': {
    state: 'suspect',
    problem: { en: 'The page answers, but says that there is nothing to find.', vi: 'Trang có trả lời nhưng báo không tìm thấy nội dung.' },
    hint: openByHand,
  },
  empty: { state: 'suspect', problem: { en: 'The page is empty.', vi: 'Trang không có nội dung.' }, hint: openByHand },
  'front-page': {
    state: 'suspect',
    problem: { en: 'The link leads only to the front page.', vi: 'Đường dẫn chỉ dẫn về trang chủ.' },
    hint: publishAgain,
  },
  'leads-nowhere': {
    state: 'suspect',
    problem: { en: '{host} sends citizens on without saying where.', vi: '{host} chuyển hướng nhưng không nói rõ đi đâu.' },
    hint: openByHand,
  },
  failing: {
    state: 'unreachable',
    problem: { en: '{host} failed each time (HTTP {status}).', vi: '{host} lần nào cũng gặp lỗi (HTTP {status}).' },
    hint: askOperator,
  },
  throttled: {
    state: 'unreachable',
    problem: { en: '{host} asks us to slow down.', vi: '{host} yêu cầu giảm tốc độ.' },
    hint: { en: 'Check at a quieter hour, or ask fewer links a second.', vi: 'Kiểm tra vào giờ vắng, hoặc giảm số đường dẫn mỗi giây.' },
  },
  silent: {
    state: 'unreachable',
    problem: { en: '{host} gave no whole answer in time ({cause}).', vi: '{host} không trả lời trọn vẹn trong thời gian chờ ({cause}).' },
    hint: askOperator,
  },
  'no-such-host': {
    state: 'unreachable',
    problem: { en: 'Nobody knows a host {host} ({cause}).', vi: 'Không phân giải được tên máy chủ {host} ({cause}).' },
    hint: {
      en: 'If the name is right, check DNS on this machine; otherwise correct the link.',
      vi: 'Nếu tên đúng, kiểm tra DNS của máy này; nếu không, sửa đường dẫn.',
    },
  },
  untrusted: {
    state: 'unreachable',
    problem: {
      en: 'The certificate of {host} is not accepted ({cause}): browsers warn citizens off.',
      vi: 'Chứng thư của {host} không được chấp nhận ({cause}): trình duyệt sẽ cảnh báo người dân.',
    },
    hint: { en: 'Let the operator of the portal renew or complete it.', vi: 'Đề nghị đơn vị vận hành cổng gia hạn hoặc bổ sung chứng thư.' },
  },
  'no-connection': {
    state: 'unreachable',
    problem: { en: '{host} could not be reached ({cause}).', vi: 'Không kết nối được {host} ({cause}).' },
    hint: askOperator,
  },
  'not-asked': {
    state: 'unreachable',
    problem: { en: 'Not asked: {host} failed many times in a row.', vi: 'Chưa kiểm tra: {host} lỗi nhiều lần liên tiếp.' },
    hint: askOperator,
  },
} as const satisfies Record<string, LinkSaying>

export type LinkSayingId = keyof typeof linkSayings
