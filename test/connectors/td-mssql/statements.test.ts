import { DummyDriver, MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler, type QueryResult } from 'kysely'
import { expect, test } from 'vitest'
import { tdDatabase } from '../../../src/connectors/index.js'
import type { DossierColumn } from '../../../src/connectors/td-mssql/wire.js'

const ID = '00000000-0000-4000-8000-000000000001'
const dossier = { Id: ID, MaHoSo: 'TTPVHCC-2025-00231', TrangThaiDongBoDVC: '0' }

/** SQL Server's own text of each statement, against a server that answers every question for a dossier with the same one. */
function server(options: { readonly schemas?: { Business?: string; Catalog?: string }; readonly withoutColumns?: readonly DossierColumn[] } = {}) {
  const asked: { readonly text: string; readonly values: readonly unknown[] }[] = []
  const database = tdDatabase({
    flavour: 'mssql',
    place: 'td',
    ...options,
    dialect: async () => ({
      createAdapter: () => new MssqlAdapter(),
      createIntrospector: (db) => new MssqlIntrospector(db),
      createQueryCompiler: () => new MssqlQueryCompiler(),
      createDriver: () =>
        new (class extends DummyDriver {
          override async acquireConnection() {
            return {
              async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }): Promise<QueryResult<R>> {
                asked.push({ text: sql.replaceAll('"', ''), values: parameters })
                const rows = sql.includes('"QuaTrinhXuLyHoSos"')
                  ? [{ Id: 'step', MaHoSo: dossier.MaHoSo, ThoiGian: '2025-03-10', TrangThai: '4' }]
                  : [dossier]
                return { rows: (sql.startsWith('select') ? rows : []) as R[] }
              },
              // biome-ignore lint/correctness/useYield: nobody streams here
              async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
                throw new Error('nobody streams here')
              },
            }
          }
        })(),
    }),
  })
  return { database, asked }
}

test('a mark reads one dossier under an update lock and updates three flag columns by key, never more', async () => {
  const { database, asked } = server()
  await database.mark([ID], () => ({ steps: ['step'], otherCode: '000.00.12.H99-250310-0007' }))
  const writes = asked.filter(({ text }) => !text.startsWith('select'))
  expect(writes).toEqual([
    {
      text:
        'update Business.HoSos set TrangThaiDongBoDVC = @1, MaHoSoKhac = @2 where Id = @3 and ' +
        '(TrangThaiDongBoDVC is null or TrangThaiDongBoDVC <> @4 or MaHoSoKhac is null or MaHoSoKhac <> @5)',
      values: ['1', '000.00.12.H99-250310-0007', ID, '1', '000.00.12.H99-250310-0007'],
    },
    {
      text:
        'update Business.QuaTrinhXuLyHoSos set TrangThaiDongBoDVCQuocGia = @1 where Id in (@2) and ' +
        '(TrangThaiDongBoDVCQuocGia is null or TrangThaiDongBoDVCQuocGia <> @3)',
      values: ['1', 'step', '1'],
    },
  ])
  expect(asked[0]?.text).toMatch(/^select Id, .* from Business\.HoSos with \(updlock, rowlock\) where Id = @1 and DeletedOn is null$/)
})

test('pages are asked for with `top`, in the order of the key, and dossiers without a join', async () => {
  const { database, asked } = server()
  for await (const _ of database.changedSince('2025-03-01 00:00:00', { since: '2025-01-01', pageSize: 2, pending: true })) break
  expect(asked[0]?.text).toMatch(/^select top\(2\) Id, .* order by Id$/)
  expect(asked[0]?.text).toContain('(LastModifiedOn >= @2 or CreatedOn >= @3 or TrangThaiDongBoDVC is null or TrangThaiDongBoDVC = @4)')
  expect(asked.every(({ text }) => !/\bjoin\b|select \*/.test(text))).toBe(true)
  expect(asked.map(({ text }) => /from (\S+)/.exec(text)?.[1])).toEqual(['Business.HoSos', 'Business.QuaTrinhXuLyHoSos', 'Business.YeuCauThanhToans'])
})

test('schemas may be called otherwise, and a column that a version lacks is not asked for', async () => {
  const { database, asked } = server({ schemas: { Business: 'dbo' }, withoutColumns: ['HoSoCoThanhPhanSoHo'] })
  await database.byId(ID)
  await database.mark([ID], () => null)
  expect(asked.map(({ text }) => text).join('\n')).toContain('from dbo.HoSos with (updlock, rowlock)')
  expect(asked.map(({ text }) => text).join('\n')).not.toMatch(/Business|HoSoCoThanhPhanSoHo/)
})
