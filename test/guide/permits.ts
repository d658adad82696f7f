/** Written from docs/connect-your-own-system.md alone: construction permits that a district keeps in a SQLite file. */
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { defineSource } from '../../src/index.js'

export default defineSource({
  name: 'permits',
  version: 1,
  settings: z.strictObject({ file: z.string() }),
  record: z.object({
    so_ho_so: z.string(),
    don_vi: z.string().nullable(),
    chu_dau_tu: z.string().nullable(),
    tinh_trang: z.string(),
    nhan: z.string().nullable(),
    hen: z.string().nullable(),
    xong: z.string().nullable(),
    phi: z.number().nullable(),
  }),
  cursor: z.object({ since: z.string() }),
  tables: {
    statusText: { 'Mới nhận': 2, 'Đang thẩm tra': 4, 'Đã ký': 9, 'Đã giao': 10 },
    actions: { NHAN: 2, THAM_TRA: 4, KY: 9, GIAO: 10 },
    agencies: { XD: { code: '000.00.12.H99', name: 'Phòng Quản lý đô thị mẫu' } },
  },
  ignore: ['da_gui', 'sua_luc'],
  key: ({ so_ho_so }) => so_ho_so,

  async *changes({ settings, path, cursor, signal }) {
    const database = new DatabaseSync(path(settings.file), { readOnly: true })
    try {
      // By what was seen last, and from the same moment again: times are full seconds.
      const page = database.prepare('SELECT * FROM giay_phep WHERE sua_luc > ? OR (sua_luc = ? AND so_ho_so > ?) ORDER BY sua_luc, so_ho_so LIMIT 4')
      let since = cursor?.since ?? ''
      let last = ''
      for (;;) {
        signal?.throwIfAborted()
        const records = page.all(since, since, last)
        const end = records.at(-1)
        if (end === undefined) break
        since = String(end.sua_luc)
        last = String(end.so_ho_so)
        yield { records, cursor: { since } }
      }
      yield { records: [], cursor: { since }, end: cursor === null ? 'complete' : 'caught-up' }
    } finally {
      database.close()
    }
  },

  async get(key, { settings, path }) {
    const database = new DatabaseSync(path(settings.file), { readOnly: true })
    try {
      return database.prepare('SELECT * FROM giay_phep WHERE so_ho_so = ?').get(key) ?? null
    } finally {
      database.close()
    }
  },

  toDossier: (permit, help) => ({
    localCode: permit.so_ho_so,
    procedureCode: '2.000815.000.00.00.H99',
    ...help.agency(permit.don_vi),
    applicantName: permit.chu_dau_tu,
    applicantKind: 'citizen',
    channel: 'direct',
    returnBy: 'counter',
    status: help.status(permit.tinh_trang),
    receivedAt: help.time(permit.nhan, 'nhan', 'yyyyMMddHHmmss'),
    dueAt: help.time(permit.hen, 'hen'),
    finishedAt: help.time(permit.xong, 'xong'),
    fees: permit.phi === null ? null : [{ name: 'Lệ phí', amountVnd: help.amount(permit.phi, 'phi') ?? 0 }],
  }),

  async details({ so_ho_so }, help, { settings, path }) {
    const database = new DatabaseSync(path(settings.file), { readOnly: true })
    try {
      const steps = database.prepare('SELECT luc, viec FROM tien_do WHERE so_ho_so = ?').all(so_ho_so)
      return { steps: help.steps(steps, ({ luc, viec }) => ({ at: String(luc), action: String(viec) })) }
    } finally {
      database.close()
    }
  },

  async writeBack(marks, { settings, path }) {
    const database = new DatabaseSync(path(settings.file))
    try {
      return marks.map(({ key, nationalCode, holds }) => {
        const permit = database.prepare('SELECT * FROM giay_phep WHERE so_ho_so = ?').get(key)
        if (permit === undefined) return 'gone'
        if (!holds(permit)) return 'changed-since'
        database.prepare('UPDATE giay_phep SET da_gui = ? WHERE so_ho_so = ?').run(nationalCode, key)
        return 'written'
      })
    } finally {
      database.close()
    }
  },
})
