/** The land office as a source. docs/connect-your-own-system.md explains every line. */
import { defineSource } from 'lienthong'
import { z } from 'zod'

export default defineSource({
  name: 'land',
  version: 1,
  settings: z.strictObject({ url: z.url(), token: z.string() }),
  record: z.object({
    id: z.number(),
    so: z.string(),
    thuTuc: z.string(),
    chuSuDung: z.string(),
    loai: z.string().nullish(),
    soGiayTo: z.string().nullish(),
    trangThai: z.string(),
    ngayNhan: z.string().nullish(),
    henTra: z.string().nullish(),
    ngayXong: z.string().nullish(),
    lePhi: z.string().nullish(),
    daNop: z.string().nullish(),
    buoc: z.array(z.object({ luc: z.string(), viec: z.string(), nguoi: z.string().nullish() })).nullish(),
  }),
  cursor: z.object({ version: z.number() }),
  tables: {
    statusText: { 'Đang thẩm định': 4, 'Chờ bổ sung': 5, 'Đã cấp giấy': 9 },
    actions: { 'Tiếp nhận': 2, 'Thẩm định': 4 },
    applicantKinds: { 'Cá nhân': 'citizen', 'Tổ chức': 'organization' },
    paymentText: { 'Đã nộp': { paid: true }, 'Chưa nộp': { paid: false } },
  },
  // The time of reading, and the mark that writeBack sets.
  ignore: ['docLuc', 'maQuocGia'],
  address: ({ url }) => url,
  key: ({ id }) => String(id),

  async *changes({ settings, http, cursor }) {
    // Begins with the version where the last reading ended: a file that was saved a moment later may bear it, too.
    let version = cursor?.version ?? 0
    let behind = 0
    for (let more = true; more; ) {
      const query = { tu: version, sau: behind }
      const answer = pageOf.parse(await http.json(`${settings.url}/ho-so`, { query, headers: bearer(settings) }))
      // Not by page number: a file that changes meanwhile moves to the end, and the others move up.
      const last = answer.hoSo.at(-1)
      version = last?.phienBan ?? version
      behind = last?.id ?? behind
      more = answer.conNua
      yield { records: answer.hoSo, cursor: { version } }
    }
    yield { records: [], cursor: { version }, end: cursor === null ? 'complete' : 'caught-up' }
  },

  async get(key, { settings, http }) {
    const { status, text } = await http.send(`${settings.url}/ho-so/${encodeURIComponent(key)}`, { method: 'GET', headers: bearer(settings) })
    return status === 404 ? null : JSON.parse(text)
  },

  toDossier: (file, help) => ({
    localCode: file.so,
    procedureCode: file.thuTuc,
    agencyCode: '000.00.12.H99',
    agencyName: 'Văn phòng đăng ký đất đai mẫu',
    applicantName: file.chuSuDung,
    applicantKind: help.applicantKind(file.loai),
    applicantId: file.soGiayTo ?? null,
    channel: 'direct',
    returnBy: 'counter',
    receivedAt: help.time(file.ngayNhan, 'ngayNhan'),
    dueAt: help.time(file.henTra, 'henTra'),
    finishedAt: help.time(file.ngayXong, 'ngayXong'),
    status: help.status(file.trangThai),
    steps: help.steps(file.buoc, ({ luc, viec, nguoi }) => ({ at: luc, action: viec, officer: nguoi ?? null, note: viec })),
    fees: help.fees(file.lePhi == null ? null : [file], ({ lePhi, daNop }) => ({ name: 'Lệ phí', amount: lePhi, paid: help.paid(daNop) })),
  }),

  async writeBack(marks, context) {
    const { settings, http } = context
    const written = marks.map(async ({ key, nationalCode, holds }) => {
      const file = `${settings.url}/ho-so/${encodeURIComponent(key)}`
      const now = await http.send(file, { method: 'GET', headers: bearer(settings) })
      if (now.status === 404) return 'gone' as const
      const record = JSON.parse(now.text)
      if (!holds(record)) return 'changed-since' as const
      const body = JSON.stringify({ phienBan: record.phienBan, maQuocGia: nationalCode })
      const answer = await http.send(`${file}/danh-dau`, { method: 'POST', headers: bearer(settings), body, repeat: 'freely' })
      return answer.status === 409 ? ('changed-since' as const) : ('written' as const)
    })
    return Promise.all(written)
  },
})

const pageOf = z.object({ hoSo: z.array(z.looseObject({ id: z.number(), phienBan: z.number() })), conNua: z.boolean() })

function bearer({ token }: { readonly token: string }) {
  return { Authorization: `Bearer ${token}` }
}
