import type { Text } from './text.js'

/** Who must act, and whether trying again can help. DESIGN "Errors". */
export type ErrorKind = 'config' | 'auth' | 'validation' | 'rejected' | 'throttled' | 'transient' | 'unknown' | 'protocol' | 'aborted'

export interface ErrorEntry {
  readonly kind: ErrorKind
  /** What happened, in one sentence. Placeholders are filled from the error's `values`. */
  readonly says: Text
  /** What the person on duty should do, and what is safe meanwhile. */
  readonly hint: Text
}

/** Every error code of the library, once. `docs/errors/` is generated from this table by `npm run docs:errors`. */
export const errorTable = {
  'config.invalid': {
    kind: 'config',
    says: { en: '{place}: {problem}', vi: '{place}: {problem}' },
    hint: {
      en: 'Correct this setting and run the command again; nothing was sent. docs/configuration.md explains every setting.',
      vi: 'Sửa thiết lập này rồi chạy lại lệnh; chưa gửi gì đi. docs/configuration.md giải thích từng thiết lập.',
    },
  },
  'config.unknown_key': {
    kind: 'config',
    says: { en: '{place}: there is no setting “{key}”. {nearest}', vi: '{place}: không có thiết lập “{key}”. {nearest}' },
    hint: { en: 'Correct or remove the key; nothing was sent.', vi: 'Sửa hoặc xóa khóa này; chưa gửi gì đi.' },
  },
  'config.file_missing': {
    kind: 'config',
    says: { en: 'No file {path}.', vi: 'Không có tệp {path}.' },
    hint: {
      en: 'Run `lienthong init` to create a configuration, or name yours with --config FILE.',
      vi: 'Chạy `lienthong init` để tạo cấu hình, hoặc chỉ ra tệp bằng --config FILE.',
    },
  },
  'config.file_unreadable': {
    kind: 'config',
    says: { en: '{path} cannot be read: {problem}', vi: 'Không đọc được {path}: {problem}' },
    hint: { en: 'Check the file’s syntax and permissions.', vi: 'Kiểm tra cú pháp và quyền truy cập của tệp.' },
  },
  'config.secret_missing': {
    kind: 'config',
    says: { en: '{place}: the secret {where} is not set.', vi: '{place}: chưa đặt bí mật {where}.' },
    hint: {
      en: 'Set the environment variable or create the file (readable by this user only).',
      vi: 'Đặt biến môi trường hoặc tạo tệp (chỉ người dùng này đọc được).',
    },
  },
  'config.not_production': {
    kind: 'config',
    says: {
      en: 'Tenant {tenant} is not marked as production, and {host} is not this machine: nothing was sent.',
      vi: 'Đơn vị {tenant} chưa được đánh dấu production mà {host} không phải máy này: chưa gửi gì đi.',
    },
    hint: {
      en: 'When the plan looks right (`lienthong sync plan`), set "production": true for this tenant.',
      vi: 'Khi kế hoạch đã đúng (`lienthong sync plan`), đặt "production": true cho đơn vị này.',
    },
  },
  'usage.invalid': {
    kind: 'config',
    says: { en: '{problem}', vi: '{problem}' },
    hint: { en: 'See `lienthong --help`.', vi: 'Xem `lienthong --help`.' },
  },
  'transport.unreachable': {
    kind: 'transient',
    says: {
      en: '{host} could not be reached ({cause}); the request was not sent.',
      vi: 'Không kết nối được {host} ({cause}); yêu cầu chưa được gửi.',
    },
    hint: {
      en: 'Check the address, the network path to the adapter, DNS and firewall. Nothing is lost: the same command, or the next run, goes on with what waits in the ledger.',
      vi: 'Kiểm tra địa chỉ, đường mạng tới adapter, DNS và tường lửa. Không mất gì: chạy lại lệnh này, hoặc lần chạy sau, sẽ làm tiếp phần đang chờ trong sổ.',
    },
  },
  'transport.unanswered': {
    kind: 'unknown',
    says: {
      en: 'The request reached {host} but no usable answer came back ({cause}); whether it was applied is unknown.',
      vi: 'Yêu cầu đã tới {host} nhưng không có phản hồi dùng được ({cause}); chưa biết đã được ghi nhận hay chưa.',
    },
    hint: {
      en: 'Nothing to do at once: the engine asks the other side before it sends again.',
      vi: 'Chưa cần làm gì: hệ thống sẽ hỏi lại bên kia trước khi gửi lại.',
    },
  },
  'transport.server_failed': {
    kind: 'unknown',
    says: { en: '{host} answered HTTP {status}.', vi: '{host} trả lời HTTP {status}.' },
    hint: {
      en: 'The server or the adapter before it failed. Later runs try again; call the operator if it lasts.',
      vi: 'Máy chủ hoặc adapter phía trước gặp lỗi. Các lần chạy sau sẽ thử lại; gọi đơn vị vận hành nếu kéo dài.',
    },
  },
  'transport.throttled': {
    kind: 'throttled',
    says: { en: '{host} asks us to slow down (HTTP 429).', vi: '{host} yêu cầu giảm tốc độ (HTTP 429).' },
    hint: {
      en: 'Lower `limits.requestsPerSecond` or `limits.concurrency` of this system.',
      vi: 'Giảm `limits.requestsPerSecond` hoặc `limits.concurrency` của hệ thống này.',
    },
  },
  'transport.refused': {
    kind: 'rejected',
    says: { en: '{host} refused the request with HTTP {status}.', vi: '{host} từ chối yêu cầu với HTTP {status}.' },
    hint: {
      en: 'Check the endpoint path, `dstcode` and the rights of the account.',
      vi: 'Kiểm tra đường dẫn, `dstcode` và quyền của tài khoản.',
    },
  },
  'transport.unauthorized': {
    kind: 'auth',
    says: { en: '{host} does not accept our credentials (HTTP {status}).', vi: '{host} không chấp nhận thông tin đăng nhập (HTTP {status}).' },
    hint: { en: 'Check user name, password or token of this system.', vi: 'Kiểm tra tên đăng nhập, mật khẩu hoặc token của hệ thống này.' },
  },
  'transport.circuit_open': {
    kind: 'transient',
    says: {
      en: '{host} failed {failures} times in a row; we pause before asking again. The request was not sent.',
      vi: '{host} lỗi {failures} lần liên tiếp; tạm dừng trước khi hỏi lại. Yêu cầu chưa được gửi.',
    },
    hint: {
      en: 'Wait for the system to recover; what waits is kept and sent by a later run.',
      vi: 'Chờ hệ thống hồi phục; phần đang chờ được giữ và gửi ở lần chạy sau.',
    },
  },
  'transport.too_late': {
    kind: 'transient',
    says: {
      en: 'The request to {host} waited so long for its turn that it was not sent.',
      vi: 'Yêu cầu tới {host} chờ đến lượt quá lâu nên không được gửi.',
    },
    hint: {
      en: 'It is sent again by itself. If this happens often, allow more calls (`limits`) or send fewer at a time (`sync.concurrency`).',
      vi: 'Yêu cầu sẽ tự gửi lại. Nếu xảy ra thường xuyên, tăng hạn mức gọi (`limits`) hoặc giảm số gửi đồng thời (`sync.concurrency`).',
    },
  },
  'transport.too_large': {
    kind: 'protocol',
    says: { en: '{host} sent more than {limit} bytes.', vi: '{host} gửi nhiều hơn {limit} byte.' },
    hint: { en: 'Ask for smaller windows or pages.', vi: 'Hãy lấy theo khoảng hoặc trang nhỏ hơn.' },
  },
  'transport.aborted': {
    kind: 'aborted',
    says: { en: 'The call was interrupted.', vi: 'Lời gọi bị ngắt.' },
    hint: { en: 'State is saved; run the command again to go on.', vi: 'Trạng thái đã lưu; chạy lại lệnh để tiếp tục.' },
  },
  'portal.login_refused': {
    kind: 'auth',
    says: {
      en: 'The national portal refused the login of {agency}: “{answer}”.',
      vi: 'Cổng DVCQG từ chối đăng nhập của {agency}: “{answer}”.',
    },
    hint: {
      en: 'Check user name and password with the portal’s operator. The password is tried once; everything waits in the ledger until the configuration changes.',
      vi: 'Kiểm tra tên đăng nhập và mật khẩu với đơn vị vận hành Cổng. Mật khẩu chỉ được thử một lần; mọi thứ chờ trong sổ cho tới khi cấu hình thay đổi.',
    },
  },
  'portal.session_lost': {
    kind: 'transient',
    says: {
      en: 'The national portal no longer accepts our session, also after a new login: “{answer}”.',
      vi: 'Cổng DVCQG không còn chấp nhận phiên, kể cả sau khi đăng nhập lại: “{answer}”.',
    },
    hint: {
      en: 'Ask the portal’s operator whether the account is in use elsewhere or was locked. What waits is sent by the next run.',
      vi: 'Hỏi đơn vị vận hành Cổng xem tài khoản có đang dùng nơi khác hoặc bị khóa. Phần đang chờ sẽ gửi ở lần chạy sau.',
    },
  },
  'portal.rejected': {
    kind: 'rejected',
    says: {
      en: 'The national portal refused {operation} (code {answerCode}): “{answer}”.',
      vi: 'Cổng DVCQG từ chối {operation} (mã {answerCode}): “{answer}”.',
    },
    hint: {
      en: 'Correct the record at its source or the mapping tables; it is sent again when it changes, or with `lienthong failures retry`.',
      vi: 'Sửa hồ sơ tại nguồn hoặc bảng ánh xạ; hồ sơ được gửi lại khi có thay đổi, hoặc bằng `lienthong failures retry`.',
    },
  },
  'portal.unknown_dossier': {
    kind: 'rejected',
    says: {
      en: 'The national portal does not know this dossier (code {answerCode}): “{answer}”.',
      vi: 'Cổng DVCQG chưa có hồ sơ này (mã {answerCode}): “{answer}”.',
    },
    hint: { en: 'The engine creates the dossier first and then repeats the call.', vi: 'Hệ thống sẽ tạo hồ sơ trước rồi gửi lại.' },
  },
  'portal.unreadable_answer': {
    kind: 'unknown',
    says: {
      en: 'The answer to {operation} is not the portal’s ({problem}); it may come from the adapter in between.',
      vi: 'Phản hồi của {operation} không phải của Cổng ({problem}); có thể do adapter ở giữa.',
    },
    hint: {
      en: 'If it lasts, open the adapter’s address in a browser and show the page to the LGSP operator.',
      vi: 'Nếu kéo dài, mở địa chỉ adapter bằng trình duyệt và gửi trang đó cho đơn vị vận hành LGSP.',
    },
  },
  'portal.misconfigured': {
    kind: 'config',
    says: {
      en: 'The national portal does not accept the unit code or key we send with {operation} (code {answerCode}): “{answer}”.',
      vi: 'Cổng DVCQG không chấp nhận mã đơn vị hoặc khóa gửi kèm {operation} (mã {answerCode}): “{answer}”.',
    },
    hint: {
      en: 'Check `agencyCode`, `dstcode` and the credentials of this tenant. Everything waits in the ledger until the configuration changes.',
      vi: 'Kiểm tra `agencyCode`, `dstcode` và tài khoản của đơn vị này. Mọi thứ chờ trong sổ cho tới khi cấu hình thay đổi.',
    },
  },
  'portal.invalid_record': {
    kind: 'validation',
    says: { en: '{field}: {problem}. {operation} was not sent.', vi: '{field}: {problem}. {operation} chưa được gửi.' },
    hint: {
      en: 'The record does not have the form of the portal’s contract; it was not built by this library’s mapper, or a table gives a wrong value.',
      vi: 'Bản ghi không đúng cấu trúc theo tài liệu của Cổng; bản ghi không do bộ ánh xạ của thư viện tạo ra, hoặc bảng mã cho giá trị sai.',
    },
  },
  'opencps.not_logged_in': {
    kind: 'auth',
    says: { en: 'OpenCPS does not accept our credentials (HTTP {status}).', vi: 'OpenCPS không chấp nhận thông tin đăng nhập (HTTP {status}).' },
    hint: {
      en: 'Check user name, password and groupId of this source. Nothing was read and nothing is concluded from it.',
      vi: 'Kiểm tra tên đăng nhập, mật khẩu và groupId của nguồn này. Chưa đọc gì và không kết luận gì từ đó.',
    },
  },
  'opencps.refused': {
    kind: 'rejected',
    says: { en: 'OpenCPS answered HTTP {status} to {operation}.', vi: 'OpenCPS trả lời HTTP {status} cho {operation}.' },
    hint: {
      en: 'OpenCPS answers 403 to any failure, also to an unknown dossier; its server log has the cause.',
      vi: 'OpenCPS trả 403 cho mọi lỗi, kể cả hồ sơ không tồn tại; xem nguyên nhân trong log máy chủ.',
    },
  },
  'opencps.unreadable_answer': {
    kind: 'protocol',
    says: {
      en: 'OpenCPS answered {operation} with something we cannot read: {problem}',
      vi: 'OpenCPS trả lời {operation} bằng nội dung không đọc được: {problem}',
    },
    hint: {
      en: 'Check the base path (`/o/rest/v2` or `/o/secure/rest/v2`) and that no login page stands in between.',
      vi: 'Kiểm tra đường dẫn gốc (`/o/rest/v2` hoặc `/o/secure/rest/v2`) và trang đăng nhập chen giữa.',
    },
  },
  'opencps.not_listed': {
    kind: 'transient',
    says: {
      en: 'OpenCPS has this dossier, but its list does not show it: the search index is behind the database.',
      vi: 'OpenCPS có hồ sơ này nhưng danh sách không hiển thị: chỉ mục tìm kiếm chậm hơn cơ sở dữ liệu.',
    },
    hint: {
      en: 'It is asked for again later. If it lasts, ask the operator to rebuild the search index of OpenCPS.',
      vi: 'Hệ thống sẽ hỏi lại sau. Nếu kéo dài, đề nghị đơn vị vận hành dựng lại chỉ mục tìm kiếm của OpenCPS.',
    },
  },
  'opencps.mark_refused': {
    kind: 'rejected',
    says: {
      en: 'OpenCPS does not keep our mark in its field {field}: {problem}',
      vi: 'OpenCPS không lưu được dấu đồng bộ vào trường {field}: {problem}',
    },
    hint: {
      en: 'The dossier itself was sent. Name another field in `writeBack.field`, or remove `writeBack`; see docs/sources.md.',
      vi: 'Bản thân hồ sơ đã được gửi. Chọn trường khác ở `writeBack.field` hoặc bỏ `writeBack`; xem docs/sources.md.',
    },
  },
  'opencps.list_moved': {
    kind: 'transient',
    says: {
      en: 'The list of dossiers received {from}–{to} did not keep still: it was read {readings} times, and each time rows moved between its pages or were missing.',
      vi: 'Danh sách hồ sơ tiếp nhận {from}–{to} thay đổi liên tục: đã đọc {readings} lần, lần nào cũng có dòng bị chuyển trang hoặc bị thiếu.',
    },
    hint: {
      en: 'What was seen is kept, and the next run reads these days again. If it lasts, run at a quieter hour or lower `windowDays`; if it never changes, ask the operator to rebuild the search index of OpenCPS.',
      vi: 'Những gì đã đọc được giữ lại, lần chạy sau sẽ đọc lại các ngày này. Nếu kéo dài, hãy chạy vào giờ vắng hoặc giảm `windowDays`; nếu vẫn vậy, đề nghị đơn vị vận hành tạo lại chỉ mục tìm kiếm của OpenCPS.',
    },
  },
  'hcm-lgsp.not_logged_in': {
    kind: 'auth',
    says: { en: 'The LGSP does not accept our credentials (HTTP {status}).', vi: 'LGSP không chấp nhận thông tin kết nối (HTTP {status}).' },
    hint: {
      en: 'Check `appName`, `accessKey`, `secretKey` and `partnerCode`; a province with `lgspaccesstoken` needs `tokenUrl` too. Nothing was read.',
      vi: 'Kiểm tra `appName`, `accessKey`, `secretKey` và `partnerCode`; nơi dùng `lgspaccesstoken` cần thêm `tokenUrl`. Chưa đọc gì.',
    },
  },
  'hcm-lgsp.refused': {
    kind: 'rejected',
    says: {
      en: 'The LGSP answered {operation} with code {code}, which is no success (HTTP {status}).',
      vi: 'LGSP trả mã {code} cho {operation}, không phải thành công (HTTP {status}).',
    },
    hint: {
      en: 'Ask the operator of the LGSP what the code means for this service; names of service and parameter are configuration (`catalogue`).',
      vi: 'Hỏi đơn vị vận hành LGSP về mã này; tên dịch vụ và tham số nằm trong cấu hình (`catalogue`).',
    },
  },
  'hcm-lgsp.unreadable_answer': {
    kind: 'protocol',
    says: {
      en: 'The LGSP answered {operation} with something we cannot read: {problem}',
      vi: 'LGSP trả lời {operation} bằng nội dung không đọc được: {problem}',
    },
    hint: { en: 'Check the address: services follow it directly.', vi: 'Kiểm tra địa chỉ: tên dịch vụ nối trực tiếp vào sau.' },
  },
  'igate.login_refused': {
    kind: 'auth',
    says: { en: 'iGate’s login server refused us: {answer}.', vi: 'Máy chủ đăng nhập của iGate từ chối: {answer}.' },
    hint: {
      en: 'Check `tokenUrl`, `grant`, client id and secret (`invalid_client`), user name and password (`invalid_grant`) with whoever issued them. Nothing was read and nothing is concluded from it.',
      vi: 'Kiểm tra `tokenUrl`, `grant`, client id và secret (`invalid_client`), tên đăng nhập và mật khẩu (`invalid_grant`) với nơi cấp. Chưa đọc gì và không kết luận gì từ đó.',
    },
  },
  'igate.token_rejected': {
    kind: 'transient',
    says: {
      en: 'iGate does not accept its own token for {operation}, not even a new one (HTTP 401).',
      vi: 'iGate không chấp nhận token do chính hệ thống cấp cho {operation}, kể cả token mới (HTTP 401).',
    },
    hint: {
      en: 'Check that login server and gateway belong to the same installation (realm `digo`) and that their clocks agree. The next run tries again.',
      vi: 'Kiểm tra máy chủ đăng nhập và gateway cùng một hệ thống (realm `digo`) và đồng hồ của chúng khớp nhau. Lần chạy sau sẽ thử lại.',
    },
  },
  'igate.refused': {
    kind: 'rejected',
    says: { en: 'iGate answered HTTP {status} to {operation}.', vi: 'iGate trả lời HTTP {status} cho {operation}.' },
    hint: {
      en: '403: the client lacks the right, ask for it. 404: check the address of the gateway and its microservice. 400: this installation does not know one of our parameters.',
      vi: '403: client chưa có quyền, hãy đề nghị cấp. 404: kiểm tra địa chỉ gateway và microservice. 400: hệ thống này không nhận một tham số của chúng tôi.',
    },
  },
  'igate.unreadable_answer': {
    kind: 'protocol',
    says: {
      en: 'iGate answered {operation} with something we cannot read: {problem}',
      vi: 'iGate trả lời {operation} bằng nội dung không đọc được: {problem}',
    },
    hint: {
      en: 'Check the address of the gateway and that no login or maintenance page stands in between. Nothing is concluded from this answer.',
      vi: 'Kiểm tra địa chỉ gateway và xem có trang đăng nhập hay bảo trì chen giữa không. Không kết luận gì từ phản hồi này.',
    },
  },
  'igate.invalid_message': {
    kind: 'validation',
    says: {
      en: 'The message for iGate’s adapter ({operation}) is wrong at {field}: {problem}. It was not sent.',
      vi: 'Thông điệp gửi adapter iGate ({operation}) sai ở {field}: {problem}. Chưa gửi.',
    },
    hint: {
      en: 'Correct this field; times are written in three ways there, and applicant kinds count from 0: contracts of the adapter, docs/sources.md.',
      vi: 'Sửa trường này; thời gian có ba cách ghi, loại đối tượng đếm từ 0: xem docs/sources.md.',
    },
  },
  'igate.write_unconfirmed': {
    kind: 'unknown',
    says: {
      en: 'iGate’s adapter did not say what became of {operation}: {problem}',
      vi: 'Adapter iGate không cho biết kết quả của {operation}: {problem}',
    },
    hint: {
      en: 'It may have been applied. A create may be sent again: “đã tồn tại” proves that it arrived. Look a step or a state up in iGate before repeating it.',
      vi: 'Có thể đã được ghi nhận. Có thể gửi lại lệnh tạo: “đã tồn tại” chứng tỏ đã đến. Với tiến độ hoặc trạng thái, hãy kiểm tra trong iGate trước khi gửi lại.',
    },
  },
  'igate.list_moved': {
    kind: 'transient',
    says: {
      en: 'iGate’s list of dossiers did not keep still: it was read {readings} times, and each time rows turned up that the others had missed, or were missing.',
      vi: 'Danh sách hồ sơ của iGate thay đổi liên tục: đã đọc {readings} lần, lần nào cũng có dòng mới lộ ra hoặc bị thiếu.',
    },
    hint: {
      en: 'What was seen is kept, and the next run reads the same stretch again. If it lasts, run at a quieter hour or raise `pageSize`.',
      vi: 'Những gì đã đọc được giữ lại, lần chạy sau đọc lại đoạn này. Nếu kéo dài, hãy chạy vào giờ vắng hoặc tăng `pageSize`.',
    },
  },
  'igate.list_empty': {
    kind: 'protocol',
    says: {
      en: 'iGate shows no dossier at all, where it last showed {before}. That is no list to conclude anything from.',
      vi: 'iGate không hiển thị hồ sơ nào, trong khi lần trước có {before}. Không thể kết luận gì từ danh sách này.',
    },
    hint: {
      en: 'Check `ancestorAgencyId` and the rights of the client. Nothing was changed here.',
      vi: 'Kiểm tra `ancestorAgencyId` và quyền của client. Chưa thay đổi gì ở đây.',
    },
  },
  'sql.unreachable': {
    kind: 'transient',
    says: {
      en: 'The database {place} cannot be reached or broke off ({operation}, {code}).',
      vi: 'Không kết nối được hoặc bị ngắt kết nối tới cơ sở dữ liệu {place} ({operation}, {code}).',
    },
    hint: {
      en: 'Check host, port, firewall and that the database runs. Nothing was concluded, the position stays, and the next run goes on by itself.',
      vi: 'Kiểm tra máy chủ, cổng, tường lửa và cơ sở dữ liệu đang chạy. Chưa kết luận gì, vị trí đọc giữ nguyên, lần chạy sau tự tiếp tục.',
    },
  },
  'sql.login_refused': {
    kind: 'auth',
    says: { en: 'The database {place} does not accept our login ({code}).', vi: 'Cơ sở dữ liệu {place} không chấp nhận tài khoản ({code}).' },
    hint: {
      en: 'Check user name, password and the name of the database; the login needs CONNECT and SELECT on the tables named in docs/sources.md.',
      vi: 'Kiểm tra tên đăng nhập, mật khẩu và tên cơ sở dữ liệu; tài khoản cần CONNECT và SELECT trên các bảng nêu trong docs/sources.md.',
    },
  },
  'sql.no_right': {
    kind: 'config',
    says: {
      en: 'Our login at the database {place} lacks a right for {operation}: {name} ({code}).',
      vi: 'Tài khoản tại cơ sở dữ liệu {place} thiếu quyền cho {operation}: {name} ({code}).',
    },
    hint: {
      en: 'Grant what docs/sources.md lists (SELECT, and UPDATE of the flag columns only), or set "writeBack": "none".',
      vi: 'Cấp quyền theo docs/sources.md (SELECT, và chỉ UPDATE các cột cờ), hoặc đặt "writeBack": "none".',
    },
  },
  'sql.schema': {
    kind: 'config',
    says: {
      en: 'The database {place} has no table or column {name} ({operation}, {code}).',
      vi: 'Cơ sở dữ liệu {place} không có bảng hoặc cột {name} ({operation}, {code}).',
    },
    hint: {
      en: 'Check the name of the database and `schemas`; a column that this version of the product lacks goes into `withoutColumns`.',
      vi: 'Kiểm tra tên cơ sở dữ liệu và `schemas`; cột mà phiên bản này không có thì ghi vào `withoutColumns`.',
    },
  },
  'sql.busy': {
    kind: 'transient',
    says: {
      en: 'The database {place} was too busy for {operation}: a lock, a deadlock or a time-out ({code}).',
      vi: 'Cơ sở dữ liệu {place} đang bận khi {operation}: khóa, deadlock hoặc quá thời gian ({code}).',
    },
    hint: {
      en: 'Nothing is half done; the next run tries again. If it lasts, run at a quieter hour or ask the administrator which statement holds the lock.',
      vi: 'Không có gì dở dang; lần chạy sau thử lại. Nếu kéo dài, chạy vào giờ vắng hoặc hỏi quản trị câu lệnh nào giữ khóa.',
    },
  },
  'sql.failed': {
    kind: 'protocol',
    says: {
      en: 'The database {place} failed at {operation} ({code}); its message is left out because it may quote a record.',
      vi: 'Cơ sở dữ liệu {place} lỗi khi {operation} ({code}); thông báo gốc được bỏ qua vì có thể chứa dữ liệu hồ sơ.',
    },
    hint: {
      en: 'Look the number up in the database’s own log at this moment. Nothing was concluded and the position stays.',
      vi: 'Tra mã lỗi trong log của cơ sở dữ liệu tại thời điểm này. Chưa kết luận gì và vị trí đọc giữ nguyên.',
    },
  },
  'td.not_logged_in': {
    kind: 'auth',
    says: { en: 'The TD system does not accept our token (HTTP {status}).', vi: 'Hệ thống TD không chấp nhận token (HTTP {status}).' },
    hint: {
      en: 'Check or renew the token of this source. Nothing was read and nothing is concluded from it.',
      vi: 'Kiểm tra hoặc cấp lại token của nguồn này. Chưa đọc gì và không kết luận gì từ đó.',
    },
  },
  'td.refused': {
    kind: 'unknown',
    says: {
      en: 'The TD system answered {operation} with a failure of its own (HTTP {status}, error {errorId}).',
      vi: 'Hệ thống TD trả lỗi cho {operation} (HTTP {status}, mã lỗi {errorId}).',
    },
    hint: {
      en: 'Give time and error number to the operator of the system; nothing is concluded from this answer.',
      vi: 'Báo thời điểm và mã lỗi cho đơn vị vận hành; không kết luận gì từ phản hồi này.',
    },
  },
  'td.unreadable_answer': {
    kind: 'unknown',
    says: {
      en: 'The TD system answered {operation} with something we cannot read: {problem}',
      vi: 'Hệ thống TD trả lời {operation} bằng nội dung không đọc được: {problem}',
    },
    hint: {
      en: 'Check the base address (it ends in /api/v1) and that no login page stands in between.',
      vi: 'Kiểm tra địa chỉ gốc (kết thúc bằng /api/v1) và trang đăng nhập chen giữa.',
    },
  },
  'source.list_moved': {
    kind: 'transient',
    says: {
      en: 'The list of dossiers received {from}–{to} did not keep still: it was read {readings} times, and no two readings agreed.',
      vi: 'Danh sách hồ sơ tiếp nhận {from}–{to} thay đổi liên tục: đã đọc {readings} lần, không có hai lần nào giống nhau.',
    },
    hint: {
      en: 'What was seen is kept, and the next run reads these days again. If it lasts, run at a quieter hour or lower `windowDays`.',
      vi: 'Những gì đã đọc được giữ lại, lần chạy sau sẽ đọc lại các ngày này. Nếu kéo dài, hãy chạy vào giờ vắng hoặc giảm `windowDays`.',
    },
  },
  'soap.fault': {
    kind: 'unknown',
    says: { en: 'The SOAP service failed at {operation}: fault {problem}.', vi: 'Dịch vụ SOAP báo lỗi khi gọi {operation}: fault {problem}.' },
    hint: {
      en: 'Give time and operation to the operator: the cause is in the service’s own log. Nothing was concluded and the position stays.',
      vi: 'Báo thời điểm và thao tác cho đơn vị vận hành: nguyên nhân nằm trong log của dịch vụ. Chưa kết luận gì và vị trí đọc giữ nguyên.',
    },
  },
  'soap.refused': {
    kind: 'auth',
    says: {
      en: 'The SOAP service does not accept our login at {operation} ({problem}).',
      vi: 'Dịch vụ SOAP không chấp nhận đăng nhập khi gọi {operation} ({problem}).',
    },
    hint: {
      en: 'Check `security` (kind, user name, password), and with a digest that this machine’s clock is right: services refuse what is minutes off.',
      vi: 'Kiểm tra `security` (kiểu, tên, mật khẩu); nếu dùng digest, kiểm tra đồng hồ máy này: dịch vụ từ chối khi lệch vài phút.',
    },
  },
  'soap.misconfigured': {
    kind: 'config',
    says: {
      en: 'The SOAP service does not know {operation} as we call it: {problem}.',
      vi: 'Dịch vụ SOAP không nhận ra {operation} như cách gọi hiện tại: {problem}.',
    },
    hint: {
      en: 'Check `namespace` and `action`, which are assumed defaults, against the service’s WSDL.',
      vi: 'Đối chiếu `namespace` và `action` (giá trị mặc định là giả định) với WSDL của dịch vụ.',
    },
  },
  'soap.no_description': {
    kind: 'config',
    says: {
      en: 'The description (WSDL) of the SOAP service cannot be used: {problem}',
      vi: 'Không dùng được bản mô tả (WSDL) của dịch vụ SOAP: {problem}',
    },
    hint: {
      en: 'Open the address with ?wsdl in a browser. Where the service shows none, set "wsdl": "built-in".',
      vi: 'Mở địa chỉ với ?wsdl trên trình duyệt. Nếu dịch vụ không công bố, đặt "wsdl": "built-in".',
    },
  },
  'soap.unreadable_answer': {
    kind: 'unknown',
    says: {
      en: 'The SOAP service answered {operation} with something we cannot read: {problem}',
      vi: 'Dịch vụ SOAP trả lời {operation} bằng nội dung không đọc được: {problem}',
    },
    hint: {
      en: 'Check the address and that no login page or proxy stands in between. Nothing was concluded from it.',
      vi: 'Kiểm tra địa chỉ và trang đăng nhập hoặc proxy chen giữa. Không kết luận gì từ phản hồi này.',
    },
  },
  'wcf.unreadable_answer': {
    kind: 'unknown',
    says: {
      en: 'The one-stop service answered {operation} with something we cannot read: {problem}',
      vi: 'Dịch vụ một cửa trả lời {operation} bằng nội dung không đọc được: {problem}',
    },
    hint: {
      en: 'Check the address, and `binding`: `soap` or `json`. Nothing was concluded from it.',
      vi: 'Kiểm tra địa chỉ và `binding`: `soap` hoặc `json`. Không kết luận gì từ phản hồi này.',
    },
  },
  'wcf.not_logged_in': {
    kind: 'auth',
    says: { en: 'The one-stop service does not let us in (HTTP {status}).', vi: 'Dịch vụ một cửa không cho truy cập (HTTP {status}).' },
    hint: { en: 'Check `security` of this source. Nothing was read.', vi: 'Kiểm tra `security` của nguồn này. Chưa đọc gì.' },
  },
  'procedure-database.login_refused': {
    kind: 'auth',
    says: {
      en: 'The national procedure database refused our login: “{answer}”.',
      vi: 'CSDL quốc gia về TTHC từ chối đăng nhập: “{answer}”.',
    },
    hint: {
      en: 'Check user name, password and `dstcode` with the operator of the adapter. The password is tried once. The last good catalogue stays in use, and dossiers go on.',
      vi: 'Kiểm tra tên đăng nhập, mật khẩu và `dstcode` với đơn vị vận hành adapter. Mật khẩu chỉ được thử một lần. Danh mục tốt gần nhất vẫn dùng, hồ sơ vẫn được gửi.',
    },
  },
  'procedure-database.session_lost': {
    kind: 'transient',
    says: {
      en: 'The national procedure database no longer accepts our session, also after a new login (code {answerCode}): “{answer}”.',
      vi: 'CSDL quốc gia về TTHC không còn chấp nhận phiên, kể cả sau khi đăng nhập lại (mã {answerCode}): “{answer}”.',
    },
    hint: {
      en: 'Ask the operator whether the account is in use elsewhere or was locked. What was read is kept; the next `lienthong catalogue pull` goes on from there.',
      vi: 'Hỏi đơn vị vận hành xem tài khoản có đang dùng nơi khác hoặc bị khóa. Phần đã đọc được giữ; lần chạy `lienthong catalogue pull` sau sẽ đọc tiếp.',
    },
  },
  'procedure-database.refused': {
    kind: 'rejected',
    says: {
      en: 'The national procedure database refused {operation} (code {answerCode}): “{answer}”.',
      vi: 'CSDL quốc gia về TTHC từ chối {operation} (mã {answerCode}): “{answer}”.',
    },
    hint: {
      en: 'Check unit code, `dstcode` and the rights of the account with the operator. Nothing is concluded from it: the last good catalogue stays in use. If the words mean an expired session, say so with a rule in `outcomes`.',
      vi: 'Kiểm tra mã đơn vị, `dstcode` và quyền của tài khoản với đơn vị vận hành. Không kết luận gì từ đó: danh mục tốt gần nhất vẫn dùng. Nếu câu trả lời có nghĩa là hết phiên, thêm quy tắc trong `outcomes`.',
    },
  },
  'procedure-database.unreadable_answer': {
    kind: 'protocol',
    says: {
      en: 'The answer to {operation} is not the procedure database’s: {problem}.',
      vi: 'Phản hồi của {operation} không phải của CSDL quốc gia về TTHC: {problem}.',
    },
    hint: {
      en: 'A page of a proxy, an answer that was cut, or a wrong `baseUrl` or dialect. Nothing is concluded from it: the last good catalogue stays in use, and the next `lienthong catalogue pull` asks again. If it lasts, show this line to the operator of the adapter.',
      vi: 'Có thể là trang của proxy, phản hồi bị cắt, hoặc `baseUrl` hay phương ngữ sai. Không kết luận gì từ đó: danh mục tốt gần nhất vẫn dùng, lần chạy `lienthong catalogue pull` sau sẽ hỏi lại. Nếu kéo dài, gửi dòng này cho đơn vị vận hành adapter.',
    },
  },
  'procedure-database.empty_list': {
    kind: 'protocol',
    says: {
      en: 'The national procedure database answered {operation} with no procedure at all.',
      vi: 'CSDL quốc gia về TTHC trả lời {operation} mà không có thủ tục nào.',
    },
    hint: {
      en: 'Nothing was switched off: an empty list is a fault at the other end. Check `agencyCode` or `unitCode`, and ask the operator whether the list is open to this unit.',
      vi: 'Không có thủ tục nào bị tắt: danh sách rỗng là lỗi phía bên kia. Kiểm tra `agencyCode` hoặc `unitCode`, và hỏi đơn vị vận hành xem đơn vị này có được lấy danh sách không.',
    },
  },
  'procedure-database.list_cut': {
    kind: 'protocol',
    says: { en: 'The list of national procedures did not come whole: {problem}.', vi: 'Danh sách TTHC quốc gia không đầy đủ: {problem}.' },
    hint: {
      en: 'Nothing was switched off. The next `lienthong catalogue pull` reads the list from its start; if it lasts, run it at a quieter hour.',
      vi: 'Không có thủ tục nào bị tắt. Lần chạy `lienthong catalogue pull` sau sẽ đọc lại từ đầu; nếu kéo dài, hãy chạy vào giờ vắng.',
    },
  },
  'procedure-database.not_offered': {
    kind: 'config',
    says: { en: 'The dialect {dialect} does not offer this: {what}.', vi: 'Phương ngữ {dialect} không cung cấp: {what}.' },
    hint: {
      en: 'Lists and details work. Dictionaries and publishing decisions come from the dialects `native` and `provincial-gateway`.',
      vi: 'Danh sách và chi tiết vẫn dùng được. Danh mục mã và quyết định công bố lấy qua phương ngữ `native` hoặc `provincial-gateway`.',
    },
  },
  'source.file_unreadable': {
    kind: 'config',
    says: { en: 'The file {path} cannot be read: {problem}', vi: 'Không đọc được tệp {path}: {problem}' },
    hint: { en: 'Check path and permissions; the cursor stays where it was.', vi: 'Kiểm tra đường dẫn và quyền; vị trí đọc được giữ nguyên.' },
  },
  'source.format': {
    kind: 'protocol',
    says: { en: '{place}: {problem}', vi: '{place}: {problem}' },
    hint: {
      en: 'Export the file again, or correct the place named here; other records were not affected.',
      vi: 'Xuất lại tệp, hoặc sửa đúng chỗ nêu trên; các hồ sơ khác không bị ảnh hưởng.',
    },
  },
  'source.broke_off': {
    kind: 'transient',
    says: { en: 'The source {source} broke off while {doing}: {problem}', vi: 'Nguồn {source} bị ngắt khi {doing}: {problem}' },
    hint: {
      en: 'What was read is kept, and the next pass goes on from there. If it stays, look at the system behind the source.',
      vi: 'Phần đã đọc được giữ lại, lần chạy sau đọc tiếp từ đó. Nếu kéo dài, kiểm tra hệ thống của nguồn.',
    },
  },
  'source.faulty': {
    kind: 'protocol',
    says: { en: 'The module of source {source} failed while {doing}: {problem}', vi: 'Mô-đun của nguồn {source} bị lỗi khi {doing}: {problem}' },
    hint: {
      en: 'Correct the module; run with --verbose for the place. What was read is kept. docs/connect-your-own-system.md',
      vi: 'Sửa mô-đun; chạy với --verbose để biết vị trí. Phần đã đọc được giữ lại. docs/connect-your-own-system.md',
    },
  },
  'files.refused': {
    kind: 'validation',
    says: { en: 'The file of a dossier is not opened: {problem}.', vi: 'Không mở tệp của hồ sơ: {problem}.' },
    hint: {
      en: 'If the place is right, name it in the source’s `files` (`roots`, `hosts`); nothing was read. docs/file-links.md',
      vi: 'Nếu vị trí này đúng, khai trong `files` của nguồn (`roots`, `hosts`); chưa đọc gì. docs/file-links.md',
    },
  },
  'source.file_changing': {
    kind: 'transient',
    says: { en: '{file} was changed each time while it was read.', vi: 'Tệp {file} liên tục bị thay đổi trong lúc đọc.' },
    hint: {
      en: 'Nothing is concluded from it; the next pass reads it again. Write exports beside the old file and rename them over it.',
      vi: 'Không kết luận gì từ tệp này; lần chạy sau sẽ đọc lại. Hãy ghi tệp kết xuất ra tên khác rồi đổi tên đè lên tệp cũ.',
    },
  },
  'source.files_refused': {
    kind: 'protocol',
    says: {
      en: '{count} files of the drop folder could not be read and go to quarantine: {files}',
      vi: '{count} tệp trong thư mục nhận không đọc được và được chuyển vào khu cách ly: {files}',
    },
    hint: {
      en: 'Beside each of them a .txt says what is wrong. Correct the file and put it into the folder again; the other files were read.',
      vi: 'Bên cạnh mỗi tệp có tệp .txt nêu lỗi. Sửa tệp rồi đặt lại vào thư mục; các tệp khác đã được đọc.',
    },
  },
  'source.files_left': {
    kind: 'transient',
    says: { en: 'Files of the drop folder stay where they are: {files}', vi: 'Một số tệp trong thư mục nhận được giữ nguyên: {files}' },
    hint: {
      en: 'Nothing is lost: what was read is in the ledger, what was not is read by a later pass. Correct what is named: rights, free space, links.',
      vi: 'Không mất gì: phần đã đọc nằm trong sổ, phần chưa đọc sẽ được đọc ở lần chạy sau. Hãy sửa nguyên nhân nêu trên: quyền, dung lượng, liên kết.',
    },
  },
  'source.folder_unreadable': {
    kind: 'config',
    says: { en: 'The drop folder {path} cannot be read: {problem}', vi: 'Không đọc được thư mục nhận {path}: {problem}' },
    hint: {
      en: 'Check that it exists, that the share is mounted, and the rights; nothing is concluded from it.',
      vi: 'Kiểm tra thư mục có tồn tại, ổ mạng đã kết nối và quyền truy cập; không kết luận gì.',
    },
  },
  'config.missing_package': {
    kind: 'config',
    says: { en: '{what} needs the package {name}, which is not installed.', vi: '{what} cần gói {name}, hiện chưa cài.' },
    hint: { en: 'Install it beside lienthong: npm install {name}', vi: 'Cài cùng chỗ với lienthong: npm install {name}' },
  },
  'ledger.locked': {
    kind: 'config',
    says: { en: 'The ledger {path} is in use by {holder}.', vi: 'Sổ {path} đang được dùng bởi {holder}.' },
    hint: {
      en: 'Wait until that run ends. The lock disappears with its process, so nothing needs to be deleted. `worker`, `payments serve`, `sync watch` and a portal of your own do not end by themselves: stop every one of them for this command. Beside workers `sync run` is not needed: they read and send by themselves. Only on PostgreSQL may several write at once: workers, `payments …` and `failures retry`.',
      vi: 'Chờ lần chạy đó kết thúc. Khóa tự mất cùng tiến trình, không cần xóa gì. `worker`, `payments serve`, `sync watch` hay cổng của bạn không tự kết thúc: hãy dừng tất cả trong lúc chạy lệnh này. Khi có worker thì không cần `sync run`: worker tự đọc và gửi. Chỉ trên PostgreSQL mới ghi song song được: các worker, `payments …` và `failures retry`.',
    },
  },
  'ledger.unreadable': {
    kind: 'config',
    says: { en: 'The ledger {path} cannot be used: {problem}', vi: 'Không dùng được sổ {path}: {problem}' },
    hint: {
      en: 'A ledger in a file: check disk space and permissions of the file and its folder; restore a backup if the file is damaged. On PostgreSQL: what the server refused has to be put right in `ledger` or by its administrator; nothing in the ledger was changed.',
      vi: 'Sổ dạng tệp: kiểm tra dung lượng đĩa và quyền của tệp và thư mục; khôi phục bản sao lưu nếu tệp hỏng. Trên PostgreSQL: sửa điều máy chủ từ chối trong `ledger` hoặc nhờ quản trị máy chủ; sổ không bị thay đổi.',
    },
  },
  'ledger.missing': {
    kind: 'config',
    says: { en: 'There is no ledger {path} yet.', vi: 'Chưa có sổ {path}.' },
    hint: {
      en: 'The first `lienthong sync run` or `lienthong catalogue pull` creates it. If there was one, check `ledger.url` and whether its folder is mounted: a new ledger knows nothing of what was sent.',
      vi: 'Lần chạy `lienthong sync run` hoặc `lienthong catalogue pull` đầu tiên sẽ tạo sổ. Nếu trước đây đã có, kiểm tra `ledger.url` và thư mục chứa sổ: sổ mới không biết những gì đã gửi.',
    },
  },
  'ledger.unreachable': {
    kind: 'transient',
    says: { en: 'The ledger {path} cannot be reached: {problem}', vi: 'Không kết nối được sổ {path}: {problem}' },
    hint: {
      en: 'Check that PostgreSQL runs, and address, user and password in `ledger`. Nothing is lost: what was not written yet is read or settled again by the next run.',
      vi: 'Kiểm tra PostgreSQL đang chạy, địa chỉ, người dùng và mật khẩu trong `ledger`. Không mất gì: phần chưa ghi sẽ được đọc hoặc xác minh lại ở lần chạy sau.',
    },
  },
  'ledger.lease_lost': {
    kind: 'transient',
    says: {
      en: 'Another worker has taken over {shard} of {tenant}: this one was silent for too long, or lost its connection to the ledger.',
      vi: 'Tiến trình khác đã tiếp quản {shard} của {tenant}: tiến trình này im lặng quá lâu hoặc mất kết nối tới sổ.',
    },
    hint: {
      en: 'Nothing to do: what was not settled is settled by the other worker. If it happens often, the machine is overloaded or suspended.',
      vi: 'Không cần làm gì: phần chưa xong do tiến trình kia xử lý. Nếu xảy ra thường xuyên, máy đang quá tải hoặc bị tạm dừng.',
    },
  },
  'ledger.busy': {
    kind: 'transient',
    says: {
      en: 'Dossiers that changed at the source {source} have requests on their way, and nobody settles them.',
      vi: 'Hồ sơ vừa thay đổi tại nguồn {source} đang có yêu cầu trên đường mà chưa được xác minh.',
    },
    hint: {
      en: 'The next pass reads them again. If it happens again, check that a worker runs: `lienthong status`.',
      vi: 'Lần chạy tới sẽ đọc lại. Nếu lặp lại, kiểm tra có tiến trình worker đang chạy: `lienthong status`.',
    },
  },
  'ledger.older': {
    kind: 'config',
    says: {
      en: 'The ledger {path} was written by an older version (tables {found}, this version reads {known}).',
      vi: 'Sổ {path} do phiên bản cũ ghi (bảng {found}, phiên bản này đọc {known}).',
    },
    hint: {
      en: 'A ledger in a file is brought up to date by the next command that writes: run `lienthong sync run`, or `lienthong catalogue pull`. On PostgreSQL: `lienthong ledger migrate`.',
      vi: 'Sổ dạng tệp tự cập nhật ở lệnh ghi kế tiếp: chạy `lienthong sync run` hoặc `lienthong catalogue pull`. Trên PostgreSQL: `lienthong ledger migrate`.',
    },
  },
  'ledger.newer': {
    kind: 'config',
    says: {
      en: 'The ledger {path} was written by a newer version of lienthong ({found} > {known}).',
      vi: 'Sổ {path} do phiên bản lienthong mới hơn ghi ({found} > {known}).',
    },
    hint: { en: 'Update lienthong on this machine.', vi: 'Cập nhật lienthong trên máy này.' },
  },
  'ledger.export_damaged': {
    kind: 'validation',
    says: {
      en: '{path}, line {line}: {problem}. Nothing was imported.',
      vi: '{path}, dòng {line}: {problem}. Chưa nhập gì vào sổ.',
    },
    hint: {
      en: 'The file is not what `lienthong ledger export` wrote: it was cut, changed, or is another file. Copy it again and compare the sizes, or export again.',
      vi: 'Tệp không đúng như `lienthong ledger export` đã ghi: bị cắt, bị sửa hoặc là tệp khác. Sao chép lại và so dung lượng, hoặc xuất lại.',
    },
  },
  'ledger.export_version': {
    kind: 'config',
    says: {
      en: '{path} holds tables of version {found} in format {format}; this version imports tables {known} in format {knownFormat} only. Nothing was imported.',
      vi: '{path} chứa bảng phiên bản {found}, định dạng {format}; phiên bản này chỉ nhập bảng {known}, định dạng {knownFormat}. Chưa nhập gì vào sổ.',
    },
    hint: {
      en: 'An older export: run `lienthong ledger migrate` with this version at the ledger it came from, then export again. A newer one: update lienthong on this machine.',
      vi: 'Tệp cũ hơn: dùng phiên bản này chạy `lienthong ledger migrate` tại sổ gốc rồi xuất lại. Tệp mới hơn: cập nhật lienthong trên máy này.',
    },
  },
  'ledger.not_empty': {
    kind: 'config',
    says: {
      en: 'The ledger {path} holds something already (table {table}). Nothing was imported.',
      vi: 'Sổ {path} đã có dữ liệu (bảng {table}). Chưa nhập gì vào sổ.',
    },
    hint: {
      en: 'An export goes into a ledger that holds nothing: name a new file in `ledger.url`, or an empty database after `lienthong ledger migrate`. Two ledgers cannot be merged.',
      vi: 'Chỉ nhập vào sổ còn trống: đặt `ledger.url` là tệp mới, hoặc cơ sở dữ liệu trống sau khi chạy `lienthong ledger migrate`. Không gộp được hai sổ.',
    },
  },
  'ledger.transfer_interrupted': {
    kind: 'aborted',
    says: { en: 'Interrupted before the end: nothing was written.', vi: 'Bị ngắt trước khi xong: chưa ghi gì.' },
    hint: {
      en: 'Run the same command again; it starts from the beginning.',
      vi: 'Chạy lại lệnh; lệnh làm lại từ đầu.',
    },
  },
  'ledger.key_missing': {
    kind: 'config',
    says: {
      en: 'The ledger’s key {where} is missing or not 32 bytes in base64.',
      vi: 'Thiếu khóa của sổ {where} hoặc khóa không phải 32 byte base64.',
    },
    hint: {
      en: 'Restore the key file from its backup. Without it what waits in the ledger cannot be read; a new key needs a new ledger.',
      vi: 'Khôi phục tệp khóa từ bản sao. Không có khóa thì không đọc được phần đang chờ trong sổ; khóa mới cần sổ mới.',
    },
  },
  'ledger.key_wrong': {
    kind: 'config',
    says: { en: 'This key does not belong to the ledger {path}.', vi: 'Khóa này không phải của sổ {path}.' },
    hint: { en: 'Use the key file that was created with this ledger.', vi: 'Dùng tệp khóa được tạo cùng sổ này.' },
  },
  'sync.too_many_changes': {
    kind: 'validation',
    says: {
      en: 'This pass would send {planned} changes, more than the {limit} allowed: nothing was sent.',
      vi: 'Lần chạy này sẽ gửi {planned} thay đổi, vượt mức cho phép {limit}: chưa gửi gì đi.',
    },
    hint: {
      en: 'Look at `lienthong sync plan`. If it is right, run again with --max-changes {planned}.',
      vi: 'Xem `lienthong sync plan`. Nếu đúng, chạy lại với --max-changes {planned}.',
    },
  },
  'sync.too_many_gone': {
    kind: 'validation',
    says: {
      en: 'A whole reading of {source} did not show {missing} of {known} dossiers ({share} %), more than the {limit} % that may be gone at once: none of them is listed as gone.',
      vi: 'Lần đọc đầy đủ nguồn {source} thiếu {missing} trên {known} hồ sơ ({share} %), vượt mức {limit} % được phép mất cùng lúc: không hồ sơ nào bị ghi là đã mất.',
    },
    hint: {
      en: 'Look at the source: a filter, a missing sheet, an account that sees less? Everything else was read and sent. If they are really gone, raise `sync.maxGone` of this tenant for one pass.',
      vi: 'Kiểm tra nguồn: bộ lọc, thiếu trang tính, tài khoản bị thu hẹp quyền? Phần còn lại đã được đọc và gửi. Nếu thật sự đã mất, tăng `sync.maxGone` của đơn vị cho một lần chạy.',
    },
  },
  'sync.gone_unclear': {
    kind: 'validation',
    says: {
      en: 'A whole reading of {source} did not show {missing} dossiers, and holds {unnamed} records that cannot be read and bear no name: which of them is missing nobody knows, so none is listed as gone.',
      vi: 'Lần đọc đầy đủ nguồn {source} thiếu {missing} hồ sơ, và có {unnamed} bản ghi không đọc được, không rõ mã: chưa biết thiếu hồ sơ nào nên không ghi hồ sơ nào là đã mất.',
    },
    hint: {
      en: '`lienthong failures list` names the records that cannot be read. Repair them at the source; the next reading tells who is gone.',
      vi: '`lienthong failures list` liệt kê các bản ghi không đọc được. Sửa tại nguồn; lần đọc sau sẽ xác định hồ sơ nào đã mất.',
    },
  },
  'sync.mark_unanswered': {
    kind: 'protocol',
    says: {
      en: 'The source {source} was told what is at the portal and did not say of every dossier what became of it.',
      vi: 'Đã báo cho nguồn {source} hồ sơ nào đã lên Cổng nhưng nguồn không trả lời cho từng hồ sơ.',
    },
    hint: {
      en: 'Its `writeBack` returns one outcome for each mark, in their order. These dossiers are told of again by the next pass.',
      vi: '`writeBack` của nguồn phải trả về một kết quả cho mỗi dấu, theo đúng thứ tự. Lần chạy sau sẽ báo lại các hồ sơ này.',
    },
  },
  'sync.held': {
    kind: 'rejected',
    says: {
      en: '{refusals} dossiers in a row were refused for the same reason ({cause}), so the others wait since {since}.',
      vi: '{refusals} hồ sơ liên tiếp bị từ chối vì cùng một lý do ({cause}), nên các hồ sơ khác tạm dừng từ {since}.',
    },
    hint: {
      en: 'Look at `lienthong failures list`. One dossier is tried every 10 minutes (next at {probe}); when it goes through, the rest follow by themselves. What was refused goes again with `lienthong failures retry`.',
      vi: 'Xem `lienthong failures list`. Cứ 10 phút thử một hồ sơ (lần tới lúc {probe}); khi được nhận, các hồ sơ còn lại tự gửi tiếp. Hồ sơ đã bị từ chối gửi lại bằng `lienthong failures retry`.',
    },
  },
  'sync.login_waits': {
    kind: 'auth',
    says: {
      en: '{system} refused this account at {since}; it is not tried again, so that it does not get locked.',
      vi: '{system} đã từ chối tài khoản này lúc {since}; hệ thống không thử lại để tránh bị khóa tài khoản.',
    },
    hint: {
      en: 'Correct user name, password or address: the next run tries the changed ones by itself. If the operator repaired the account instead, run once with --retry-login. Everything waits in the ledger.',
      vi: 'Sửa tên đăng nhập, mật khẩu hoặc địa chỉ: lần chạy sau sẽ tự thử. Nếu đơn vị vận hành đã mở lại tài khoản, chạy một lần với --retry-login. Mọi thứ vẫn chờ trong sổ.',
    },
  },
  'sync.account_waits': {
    kind: 'throttled',
    says: {
      en: 'Account {account} is not let in, so this was not sent: {problem}',
      vi: 'Tài khoản {account} không đăng nhập được nên chưa gửi: {problem}',
    },
    hint: {
      en: 'Correct user name or password of this account: the next run tries it by itself. What other accounts send goes on.',
      vi: 'Sửa tên đăng nhập hoặc mật khẩu của tài khoản này: lần chạy sau sẽ tự thử. Hồ sơ của các tài khoản khác vẫn được gửi.',
    },
  },
  'sync.interrupted': {
    kind: 'aborted',
    says: { en: 'Interrupted; everything done so far is saved.', vi: 'Đã ngắt; mọi việc đã làm được lưu.' },
    hint: { en: 'Run the same command again to go on.', vi: 'Chạy lại lệnh để tiếp tục.' },
  },
  'catalogue.list_empty': {
    kind: 'protocol',
    says: {
      en: 'The list of the {catalogue} catalogue came back empty: nothing was changed.',
      vi: 'Danh mục {catalogue} trả về rỗng: không thay đổi gì.',
    },
    hint: {
      en: 'An empty list is a fault at the other end, not a catalogue. The last good one stays in force; run `lienthong catalogue pull` again later.',
      vi: 'Danh sách rỗng là lỗi phía bên kia, không phải danh mục. Danh mục tốt gần nhất vẫn dùng; chạy lại `lienthong catalogue pull` sau.',
    },
  },
  'catalogue.list_shrunk': {
    kind: 'validation',
    says: {
      en: 'The list of the {catalogue} catalogue has {listed} procedures and lacks {missing} of the {known} known ones: nothing was changed.',
      vi: 'Danh mục {catalogue} có {listed} thủ tục và thiếu {missing} trong số {known} thủ tục đã biết: không thay đổi gì.',
    },
    hint: {
      en: 'Most likely the list was cut. If so many procedures really ended, run once with --accept-shrink; they are switched off, never deleted.',
      vi: 'Nhiều khả năng danh sách bị cắt. Nếu thật sự nhiều thủ tục hết hiệu lực, chạy một lần với --accept-shrink; chúng chỉ bị tắt, không bị xóa.',
    },
  },
  'catalogue.list_cut': {
    kind: 'protocol',
    says: {
      en: 'The list of procedures ended before it was whole: nothing was changed.',
      vi: 'Danh sách thủ tục kết thúc khi chưa đủ: không thay đổi gì.',
    },
    hint: {
      en: 'The last good catalogue stays in force; run `lienthong catalogue pull` again later.',
      vi: 'Danh mục tốt gần nhất vẫn dùng; chạy lại `lienthong catalogue pull` sau.',
    },
  },
  'catalogue.missing': {
    kind: 'config',
    says: { en: 'The ledger holds no {catalogue} catalogue of {tenant}.', vi: 'Sổ chưa có danh mục {catalogue} của {tenant}.' },
    hint: {
      en: 'Run `lienthong catalogue pull` first.',
      vi: 'Chạy `lienthong catalogue pull` trước.',
    },
  },
  'catalogue-upload.login_refused': {
    kind: 'auth',
    says: { en: 'The catalogue upload’s login was refused: “{answer}”.', vi: 'Đăng nhập để gửi danh mục bị từ chối: “{answer}”.' },
    hint: {
      en: 'Nothing was sent. Check user name, password and `loginUrl` of the upload; the password is tried once.',
      vi: 'Chưa gửi gì đi. Kiểm tra tên đăng nhập, mật khẩu và `loginUrl` của phần gửi danh mục; mật khẩu chỉ được thử một lần.',
    },
  },
  'catalogue-upload.session_lost': {
    kind: 'transient',
    says: {
      en: 'The catalogue upload’s session is not accepted, also after a new login: “{answer}”.',
      vi: 'Phiên gửi danh mục không được chấp nhận, kể cả sau khi đăng nhập lại: “{answer}”.',
    },
    hint: {
      en: 'Ask the operator whether the account may upload. What was not sent can be sent again.',
      vi: 'Hỏi đơn vị vận hành xem tài khoản có quyền gửi danh mục không. Phần chưa gửi có thể gửi lại.',
    },
  },
  'catalogue-upload.refused': {
    kind: 'rejected',
    says: {
      en: 'The other side refused this offer (code {answerCode}): “{answer}”.',
      vi: 'Phía bên kia từ chối nội dung này (mã {answerCode}): “{answer}”.',
    },
    hint: {
      en: 'Correct the procedure in the catalogue. If every offer is refused, the operation’s assumed form (`fields`, `envelope`) is not theirs: enter the exported workbook by hand and ask the operator for their document.',
      vi: 'Sửa thủ tục trong danh mục. Nếu mọi nội dung đều bị từ chối thì cấu trúc giả định (`fields`, `envelope`) không đúng với phía nhận: nhập tay theo tệp đã xuất và xin tài liệu của đơn vị vận hành.',
    },
  },
  'catalogue-upload.unreadable_answer': {
    kind: 'unknown',
    says: {
      en: 'The offer was sent, and the answer proves nothing ({problem}): whether it was taken is unknown.',
      vi: 'Đã gửi nhưng phản hồi không chứng minh được gì ({problem}): chưa rõ đã được nhận hay chưa.',
    },
    hint: {
      en: 'Look on the national portal whether the service is there. If the answer is a success in other words, correct `success` of the upload.',
      vi: 'Kiểm tra trên Cổng DVCQG xem dịch vụ đã có chưa. Nếu phản hồi thật ra là thành công theo cách khác, sửa `success` của phần gửi danh mục.',
    },
  },
  'catalogue-upload.invalid_offer': {
    kind: 'validation',
    says: { en: '{field}: {problem}. The offer was not sent.', vi: '{field}: {problem}. Nội dung chưa được gửi.' },
    hint: { en: 'Correct the procedure in the catalogue.', vi: 'Sửa thủ tục trong danh mục.' },
  },
  'inbox.unusable': {
    kind: 'transient',
    says: { en: 'The inbox {path} cannot be read or written: {problem}', vi: 'Không đọc hoặc ghi được hộp nhận {path}: {problem}' },
    hint: {
      en: 'Check disk space and the rights of the file. What could not be stored was not acknowledged: the sender keeps it and sends it again.',
      vi: 'Kiểm tra dung lượng đĩa và quyền của tệp. Phần chưa lưu được thì chưa xác nhận: bên gửi vẫn giữ và sẽ gửi lại.',
    },
  },
  'inbox.key_wrong': {
    kind: 'config',
    says: { en: 'The inbox {path} was made with another key.', vi: 'Hộp nhận {path} được tạo bằng khóa khác.' },
    hint: {
      en: 'An inbox is sealed with the ledger’s key: set `ledger.key` to the one it was made with.',
      vi: 'Hộp nhận được mã hóa bằng khóa của sổ: đặt `ledger.key` đúng khóa đã dùng khi tạo.',
    },
  },
  'inbound.body_consumed': {
    kind: 'config',
    says: {
      en: 'A body parser has read the request before our handler: the bytes as they were sent are gone.',
      vi: 'Một bộ đọc nội dung (body parser) đã đọc yêu cầu trước bộ nhận của chúng tôi: không còn các byte như khi gửi.',
    },
    hint: {
      en: 'Mount the handler before `express.json()` and other body parsers, or use `express.raw()` for its path. The sender got an error and keeps the message.',
      vi: 'Gắn bộ nhận trước `express.json()` và các body parser khác, hoặc dùng `express.raw()` cho đường dẫn này. Bên gửi nhận lỗi và vẫn giữ bản tin.',
    },
  },
  'payment.invalid_bill': {
    kind: 'validation',
    says: { en: 'The bill cannot be paid online. {field}: {problem}', vi: 'Khoản thu chưa thể thanh toán trực tuyến. {field}: {problem}' },
    hint: { en: '{hint}', vi: '{hint}' },
  },
  'payment.no_account': {
    kind: 'config',
    says: {
      en: 'No approved account takes money for agency {agency}, procedure {procedure} on {day}.',
      vi: 'Không có tài khoản được duyệt cho cơ quan {agency}, thủ tục {procedure} vào ngày {day}.',
    },
    hint: {
      en: 'Add it to the approved accounts, with its days. Nothing was sent.',
      vi: 'Thêm vào danh sách tài khoản được duyệt, kèm thời hạn. Chưa gửi gì đi.',
    },
  },
  'payment.account_unclear': {
    kind: 'config',
    says: {
      en: 'Several approved accounts ({accounts}) take money for agency {agency}, procedure {procedure} on {day}.',
      vi: 'Có nhiều tài khoản được duyệt ({accounts}) cho cơ quan {agency}, thủ tục {procedure} vào ngày {day}.',
    },
    hint: {
      en: 'Name the account in the bill, or give the rows their agency, procedure, duty or days. Nothing was sent.',
      vi: 'Ghi rõ tài khoản trong khoản thu, hoặc thêm cơ quan, thủ tục, loại nghĩa vụ hay thời hạn cho từng dòng. Chưa gửi gì đi.',
    },
  },
  'payment.no_partner': {
    kind: 'config',
    says: {
      en: 'No partner code takes bills of agency {agency}, procedure {procedure} on {day}.',
      vi: 'Không có mã đối tác cho cơ quan {agency}, thủ tục {procedure} vào ngày {day}.',
    },
    hint: {
      en: 'Add the agency or procedure to `bills` of a partner in `payments.partners`, or correct its days. Nothing was sent.',
      vi: 'Thêm cơ quan hoặc thủ tục vào `bills` của một đối tác trong `payments.partners`, hoặc sửa thời hạn. Chưa gửi gì đi.',
    },
  },
  'payment.partner_unclear': {
    kind: 'config',
    says: {
      en: 'Several partner codes ({partners}) take bills of agency {agency}, procedure {procedure} on {day}.',
      vi: 'Có nhiều mã đối tác ({partners}) cho cơ quan {agency}, thủ tục {procedure} vào ngày {day}.',
    },
    hint: {
      en: 'Let one of them end that day, or name agency, procedure or duty in its `bills`. Nothing was sent.',
      vi: 'Cho một mã hết hạn vào ngày đó, hoặc ghi cơ quan, thủ tục hay loại nghĩa vụ trong `bills`. Chưa gửi gì đi.',
    },
  },
  'payment.account_not_approved': {
    kind: 'config',
    says: {
      en: 'The account {account} is not on the approved list on {day}; nothing was sent.',
      vi: 'Tài khoản {account} không có trong danh sách được duyệt vào ngày {day}; chưa gửi gì đi.',
    },
    hint: {
      en: 'Find out who put it into the bill. If it is right, have it approved and added to the list.',
      vi: 'Kiểm tra ai đã đưa tài khoản này vào khoản thu. Nếu đúng, trình duyệt rồi thêm vào danh sách.',
    },
  },
  'payment.unknown_bill': {
    kind: 'validation',
    says: { en: 'There is no bill {bill}.', vi: 'Không có khoản thu {bill}.' },
    hint: { en: 'Create it first, or look it up by the dossier’s code.', vi: 'Lập khoản thu trước, hoặc tra theo mã hồ sơ.' },
  },
  'payment.attempt_open': {
    kind: 'validation',
    says: {
      en: 'The bill {bill} was not cancelled: its attempt {reference} may still take money.',
      vi: 'Chưa hủy khoản thu {bill}: giao dịch {reference} vẫn có thể trừ tiền.',
    },
    hint: {
      en: 'Wait until its page has closed, or ask the platform: `lienthong payments query {reference}`. Then cancel again.',
      vi: 'Chờ trang nộp tiền đóng, hoặc hỏi nền tảng: `lienthong payments query {reference}`. Sau đó hủy lại.',
    },
  },
  'payment.bill_paid': {
    kind: 'validation',
    says: {
      en: 'The bill {bill} was not cancelled: it is paid, by {reference}.',
      vi: 'Không hủy khoản thu {bill}: đã nộp, theo giao dịch {reference}.',
    },
    hint: {
      en: 'Money that is to go back: `lienthong payments refunds --ask {reference} --reason by-decision`. When it went, the bill is cancelled.',
      vi: 'Nếu cần hoàn tiền: `lienthong payments refunds --ask {reference} --reason by-decision`. Hoàn xong, khoản thu được hủy.',
    },
  },
  'payment.unknown_reference': {
    kind: 'validation',
    says: { en: 'There is no payment attempt {reference}.', vi: 'Không có giao dịch {reference}.' },
    hint: {
      en: 'Check the reference; `MaThamChieu` of the platform is ours.',
      vi: 'Kiểm tra mã tham chiếu; `MaThamChieu` bên nền tảng là mã của ta.',
    },
  },
  'payment.nothing_to_refund': {
    kind: 'validation',
    says: { en: 'Nothing of {reference} has to go back.', vi: 'Không có khoản nào của {reference} cần hoàn.' },
    hint: {
      en: '`lienthong payments refunds` lists what has to go back. A paid attempt is put there by `--ask REFERENCE --reason …`.',
      vi: '`lienthong payments refunds` liệt kê khoản cần hoàn. Đưa giao dịch đã nộp vào bằng `--ask MÃ --reason …`.',
    },
  },
  'payment.which_refund': {
    kind: 'validation',
    says: {
      en: 'Several payments of {reference} have to go back: {transactions}.',
      vi: 'Nhiều lần nộp của {reference} cần hoàn: {transactions}.',
    },
    hint: { en: 'Name one by its transaction number; nothing was changed.', vi: 'Chỉ ra một mã giao dịch; chưa thay đổi gì.' },
  },
  'payment.unknown_partner': {
    kind: 'config',
    says: {
      en: 'No payment platform is configured for the partner code {partner} (there are: {known}).',
      vi: 'Chưa cấu hình nền tảng thanh toán cho mã đối tác {partner} (hiện có: {known}).',
    },
    hint: {
      en: 'Add it, or correct the code. A partner code that is no longer used keeps its row, with `validTo`, until its last attempt is over: without it the platform cannot be asked, and its results are not believed.',
      vi: 'Thêm cấu hình, hoặc sửa mã đối tác. Mã đối tác thôi dùng vẫn phải giữ dòng cấu hình, kèm `validTo`, tới khi giao dịch cuối kết thúc: thiếu nó không hỏi được nền tảng và không tin được kết quả.',
    },
  },
  'payment.unreadable_message': {
    kind: 'protocol',
    says: {
      en: 'A payment message cannot be read: {problem}. Nothing of it was believed.',
      vi: 'Không đọc được bản tin thanh toán: {problem}. Không có nội dung nào được tin.',
    },
    hint: {
      en: 'Look at who sends it: the platform sends one JSON object in UTF-8. The message is in the journal by its digest.',
      vi: 'Kiểm tra bên gửi: nền tảng gửi một đối tượng JSON mã UTF-8. Bản tin có trong nhật ký theo mã băm.',
    },
  },
  'payment.unsignable': {
    kind: 'validation',
    says: { en: '{field} cannot be signed: {problem}. Nothing was sent.', vi: 'Không ký được {field}: {problem}. Chưa gửi gì đi.' },
    hint: { en: 'Correct the field of this payment and create it again.', vi: 'Sửa trường này của khoản thanh toán rồi tạo lại.' },
  },
  'payment.invalid_order': {
    kind: 'validation',
    says: { en: '{field}: {problem}. The payment was not sent.', vi: '{field}: {problem}. Khoản thanh toán chưa được gửi.' },
    hint: { en: 'Correct this field of the bill and try again.', vi: 'Sửa trường này của khoản thu rồi thử lại.' },
  },
  'payment.question_refused': {
    kind: 'unknown',
    says: {
      en: 'The payment platform does not say what became of an attempt: its code is {code}.',
      vi: 'Nền tảng thanh toán không trả lời về giao dịch: mã {code}.',
    },
    hint: {
      en: '07: compare the secret with the one that was issued; 09: the partner code; 96, 06, 99: it is asked again by itself. Other codes: ask its operator, and say under `codes` what they mean.',
      vi: '07: so bí mật với bí mật đã cấp; 09: mã đối tác; 96, 06, 99: sẽ tự hỏi lại. Mã khác: hỏi đơn vị vận hành và khai trong `codes`.',
    },
  },
  'payment.unreadable_answer': {
    kind: 'unknown',
    says: {
      en: 'The payment platform’s answer to {operation} is none of its own ({problem}).',
      vi: 'Trả lời của nền tảng thanh toán cho {operation} không đúng dạng ({problem}).',
    },
    hint: {
      en: 'Nothing is lost: the attempt stays open and the platform is asked again. If it goes on, check the address and what stands between us and the platform.',
      vi: 'Không mất gì: giao dịch vẫn mở và nền tảng sẽ được hỏi lại. Nếu kéo dài, kiểm tra địa chỉ và các trạm trung gian.',
    },
  },
  'payment.bad_signature': {
    kind: 'protocol',
    says: {
      en: 'The signature of {what} is not that of the payment platform; nothing was changed.',
      vi: 'Chữ ký của {what} không phải của nền tảng thanh toán; không có gì thay đổi.',
    },
    hint: {
      en: 'Compare the secret with the one issued for this partner code. If it is right, somebody else sends these messages: tell the platform’s operator.',
      vi: 'So khóa bí mật với khóa đã cấp cho mã đối tác này. Nếu đúng, có bên khác đang gửi bản tin: báo đơn vị vận hành nền tảng.',
    },
  },
  'payment.no_receipt': {
    kind: 'protocol',
    says: { en: 'There is no receipt: {problem}.', vi: 'Không có biên lai: {problem}.' },
    hint: {
      en: 'It is asked for again later; the payment itself is not touched by this.',
      vi: 'Sẽ hỏi lại sau; việc này không ảnh hưởng tới khoản đã nộp.',
    },
  },
  'payment.foreign_link': {
    kind: 'config',
    says: {
      en: 'A receipt’s link leads to {host}, which no setting allows; it was not fetched.',
      vi: 'Đường dẫn biên lai tới {host} không có trong thiết lập; không tải.',
    },
    hint: { en: 'If the host is the platform’s, add it to `receiptHosts`.', vi: 'Nếu đúng là máy chủ của nền tảng, thêm vào `receiptHosts`.' },
  },
  'monitoring.stale': {
    kind: 'transient',
    says: {
      en: 'Nothing was read or sent since {since}, longer than the {minutes} minutes allowed.',
      vi: 'Không đọc hay gửi gì từ {since}, quá {minutes} phút cho phép.',
    },
    hint: {
      en: 'Look at the log: another command may hold the ledger, or a system does not answer. Start the process anew if the log is silent; what waits stays in the ledger.',
      vi: 'Xem nhật ký: có thể lệnh khác đang giữ sổ, hoặc một hệ thống không trả lời. Nếu nhật ký không có gì mới, khởi động lại tiến trình; phần đang chờ vẫn nằm trong sổ.',
    },
  },
  'internal.bug': {
    kind: 'protocol',
    says: { en: 'Something failed inside lienthong: {problem}', vi: 'Lỗi bên trong lienthong: {problem}' },
    hint: {
      en: 'Run again with --verbose and report what is printed; the ledger keeps what waits.',
      vi: 'Chạy lại với --verbose và báo nội dung in ra; sổ vẫn giữ phần đang chờ.',
    },
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorTable
