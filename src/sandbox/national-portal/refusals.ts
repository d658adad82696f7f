/** What the portal says when it refuses. Codes: contracts/national-portal.md §10 row 3; wordings keep the confirmed substrings of §4.1.7. */
export interface Refusal {
  readonly code: '2' | '3' | '-3' | '-1' | '0'
  readonly message: string
}

export const refusals = {
  invalid: (where: string, why: string): Refusal => ({ code: '2', message: `Dữ liệu không đúng quy định tại ${where}: ${why}` }),
  tooMany: (limit: number): Refusal => ({ code: '2', message: `Dữ liệu vượt quá số lượng cho phép (${limit} bản ghi mỗi lần gửi)` }),
  noData: (): Refusal => ({ code: '2', message: 'Trường data phải là một danh sách có ít nhất một bản ghi' }),
  updatingFlag: (): Refusal => ({ code: '2', message: 'Trường isUpdating phải là "True" hoặc "False"' }),
  missing: (field: string): Refusal => ({ code: '2', message: `Thiếu trường ${field}` }),
  exists: (maHoSo: string, code: '3' | '0' | '-3'): Refusal => ({ code, message: `Hồ sơ ${maHoSo} đã tồn tại` }),
  unknownDossier: (maHoSo: string): Refusal => ({ code: '-3', message: `Hồ sơ không tồn tại: ${maHoSo}` }),
  unknownService: (service: string): Refusal => ({ code: '-1', message: `Hệ thống không hỗ trợ dịch vụ ${service}` }),
  wrongAgency: (): Refusal => ({ code: '-1', message: 'Tài khoản không được gửi dữ liệu thay mã đơn vị này' }),
  wrongPassword: (): Refusal => ({ code: '-1', message: 'Tài khoản hoặc mật khẩu không đúng' }),
  notJson: (): Refusal => ({ code: '-1', message: 'Nội dung gửi lên không phải là JSON' }),
  sessionLost: (): Refusal => ({ code: '-1', message: 'Session không hợp lệ hoặc đã hết hạn' }),
  onDemand: (owner: string): Refusal => ({ code: '2', message: `Hồ sơ của ${owner} bị từ chối theo kịch bản kiểm thử` }),
} as const
