/**
 * Reads TD's tables through Kysely and writes its marks. contracts/provincial-sources.md §8.1, §8.3. One statement a table, never a join:
 * steps times papers times fees would multiply rows. The same statements run on SQL Server, PostgreSQL and SQLite.
 */
import { type Dialect, Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { LienthongError } from '../../base/index.js'
import { type SqlFlavour, sqlFailure } from '../../transport/index.js'
import { type SchemaNames, tableNames } from './names.js'
import { type DossierColumn, dossierColumns, feeColumns, stepColumns, type TdCell } from './wire.js'

export const SYSTEM = 'td-mssql'

type Row<Columns extends readonly string[]> = Readonly<Record<Columns[number] | 'Id' | 'CreatedOn' | 'LastModifiedOn' | 'DeletedOn', TdCell>>

/** As far as we read them. */
export interface TdTables {
  readonly 'Business.HoSos': Row<typeof dossierColumns>
  readonly 'Business.QuaTrinhXuLyHoSos': Row<typeof stepColumns>
  readonly 'Business.YeuCauThanhToans': Row<typeof feeColumns>
  readonly 'Catalog.ThuTucs': Row<readonly ['MaTTHC', 'TenTTHC', 'MaLinhVucChinh', 'LinhVucChinh', 'SuDung']>
  readonly 'Catalog.Groups': Row<readonly ['GroupCode', 'GroupName', 'MaDinhDanh']>
}

export interface TdDatabaseOptions {
  /** Opened with the first statement. */
  readonly dialect: () => Promise<Dialect>
  readonly flavour: SqlFlavour
  /** For messages: host or file. */
  readonly place: string
  readonly schemas?: SchemaNames
  /** Columns of `HoSos` that this version of the product lacks; what they would say is unknown. */
  readonly withoutColumns?: readonly DossierColumn[]
}

/** A dossier with what belongs to it, as the database gave it. */
export interface TdRecord {
  readonly dossier: unknown
  readonly steps: readonly unknown[]
  readonly fees: readonly unknown[]
}

/** What is read: dossiers received since a day. */
export interface TdWindow {
  /** `yyyy-MM-dd` */
  readonly since: string
  readonly pageSize: number
}

/** A record under lock, and what is to be written of it. `null`: leave it alone. */
export interface TdMark {
  /** Ids of the steps that were sent. */
  readonly steps: readonly string[]
  /** Goes to `MaHoSoKhac`; null leaves that column alone. */
  readonly otherCode: string | null
}

/** Every method throws `sql.…` of {@link LienthongError}. A failed read never comes back as an empty one. */
export interface TdDatabase {
  readonly place: string
  /** The newest change that the tables show, no later than `notAfter`; null for empty tables. A wall clock as text. */
  newestChange(notAfter: string): Promise<string | null>
  /** Every dossier received since a day, by Id: nothing that was there all the time can be missed. Deleted rows are left out. */
  everything(window: TdWindow): AsyncIterable<readonly TdRecord[]>
  /** Dossiers that changed since a wall clock: their own rows, those of their steps and fees, and, where asked for, whatever is flagged as unsent. */
  changedSince(since: string, window: TdWindow & { readonly pending: boolean }): AsyncIterable<readonly TdRecord[]>
  /** Ids of dossiers deleted since a wall clock. */
  deletedSince(since: string, window: TdWindow): AsyncIterable<readonly string[]>
  byId(id: string): Promise<TdRecord | null>
  /** Dossiers received since a day. */
  count(since: string): Promise<number>
  procedures(): Promise<readonly unknown[]>
  groups(): Promise<readonly unknown[]>
  /**
   * Marks dossiers as synced, in one transaction: reads each again under lock and writes what `decide` says.
   *
   * @returns for each Id whether it was there. @throws and then nothing of it is written
   */
  mark(ids: readonly string[], decide: (id: string, record: TdRecord) => TdMark | null): Promise<ReadonlySet<string>>
  close(): Promise<void>
}

/** SQL Server takes 2,100 parameters in one statement. */
const MOST_PARAMETERS = 500

type Db = Kysely<TdTables>

export function tdDatabase({ dialect, flavour, place, schemas, withoutColumns = [] }: TdDatabaseOptions): TdDatabase {
  let opened: Promise<Db> | undefined
  const open = () => {
    opened ??= dialect().then((made) => new Kysely<TdTables>({ dialect: made, plugins: [tableNames(schemas)] }))
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  const failure = (operation: string) => (error: unknown) => {
    throw sqlFailure(error, { system: SYSTEM, operation, place }) satisfies LienthongError
  }
  const on = <T>(operation: string, work: (db: Db) => Promise<T>): Promise<T> => open().then(work).catch(failure(operation))

  const columns = ['Id', ...dossierColumns.filter((column) => !withoutColumns.includes(column)), 'LastModifiedOn', 'DeletedOn'] as const
  const dossiers = (db: Db) => db.selectFrom('Business.HoSos').select(columns)
  /** SQL Server has no `limit`. */
  const first = <O>(query: SelectQueryBuilder<TdTables, 'Business.HoSos', O>, count: number) =>
    flavour === 'mssql' ? query.top(count) : query.limit(count)

  const recordsOf = async (db: Db, rows: readonly Readonly<Record<string, unknown>>[]): Promise<readonly TdRecord[]> => {
    const codes = [...new Set(rows.map(({ MaHoSo }) => MaHoSo).filter((code) => typeof code === 'string' && code !== ''))] as string[]
    const [steps, fees] = codes.length === 0 ? [[], []] : [await stepsOf(db, codes), await feesOf(db, codes)]
    const [stepsBy, feesBy] = [Map.groupBy(steps, codeOf), Map.groupBy(fees, codeOf)]
    return rows.map((dossier) => ({ dossier, steps: stepsBy.get(codeOf(dossier)) ?? [], fees: feesBy.get(codeOf(dossier)) ?? [] }))
  }
  const stepsOf = (db: Db, codes: readonly string[]) =>
    db
      .selectFrom('Business.QuaTrinhXuLyHoSos')
      .select(['Id', ...stepColumns])
      .where('MaHoSo', 'in', codes)
      .where('DeletedOn', 'is', null)
      .orderBy('ThoiGian')
      .orderBy('Id')
      .execute()
  const feesOf = (db: Db, codes: readonly string[]) =>
    db
      .selectFrom('Business.YeuCauThanhToans')
      .select(['Id', ...feeColumns])
      .where('MaHoSo', 'in', codes)
      .where('DeletedOn', 'is', null)
      .orderBy('NgayYeuCau')
      .orderBy('Id')
      .execute()

  /** By the primary key, which never changes: rows that move in any other order are met all the same. */
  async function* inPages(
    operation: string,
    pageSize: number,
    select: (db: Db) => SelectQueryBuilder<TdTables, 'Business.HoSos', Readonly<Record<string, unknown>>>,
  ): AsyncGenerator<readonly TdRecord[]> {
    let after: TdCell | undefined
    while (true) {
      const records = await on(operation, async (db) => {
        const rest = after === undefined ? select(db) : select(db).where('Id', '>', after)
        return recordsOf(db, await first(rest.orderBy('Id'), pageSize).execute())
      })
      if (records.length > 0) yield records
      if (records.length < pageSize) return
      after = (records.at(-1)?.dossier as { Id: TdCell } | undefined)?.Id
    }
  }

  /** Codes whose steps or fees changed: neither touches the dossier's own row. */
  async function* codesSince(
    table: 'Business.QuaTrinhXuLyHoSos' | 'Business.YeuCauThanhToans',
    since: string,
    pageSize: number,
  ): AsyncGenerator<readonly string[]> {
    let after: string | undefined
    while (true) {
      const codes = await on('changed', async (db) => {
        let query = db
          .selectFrom(table)
          .select('MaHoSo')
          .distinct()
          .where((eb) => eb.or([eb('LastModifiedOn', '>=', since), eb('CreatedOn', '>=', since), eb('DeletedOn', '>=', since)]))
          .where('MaHoSo', 'is not', null)
          .orderBy('MaHoSo')
        if (after !== undefined) query = query.where('MaHoSo', '>', after)
        const rows = await (flavour === 'mssql' ? query.top(pageSize) : query.limit(pageSize)).execute()
        return rows.map(({ MaHoSo }) => String(MaHoSo))
      })
      if (codes.length > 0) yield codes
      if (codes.length < pageSize) return
      after = codes.at(-1)
    }
  }

  const received = (db: Db, since: string) => dossiers(db).where('NgayTiepNhan', '>=', since).where('DeletedOn', 'is', null)

  return {
    place,

    newestChange: (notAfter) =>
      on('newest change', async (db) => {
        const newest: string[] = []
        for (const table of ['Business.HoSos', 'Business.QuaTrinhXuLyHoSos', 'Business.YeuCauThanhToans'] as const) {
          for (const column of ['LastModifiedOn', 'CreatedOn', 'DeletedOn'] as const) {
            const row = await db
              .selectFrom(table)
              .select((eb) => eb.fn.max(column).as('newest'))
              .where(column, '<=', notAfter)
              .executeTakeFirst()
            const text = wallClock(row?.newest as TdCell | undefined)
            if (text !== null) newest.push(text)
          }
        }
        return newest.toSorted().at(-1) ?? null
      }),

    everything: ({ since, pageSize }) => inPages('all dossiers', pageSize, (db) => received(db, since)),

    async *changedSince(since, { since: day, pageSize, pending }) {
      yield* inPages('changed dossiers', pageSize, (db) =>
        received(db, day).where((eb) => {
          const changed = [eb('LastModifiedOn', '>=', since), eb('CreatedOn', '>=', since)]
          return eb.or(pending ? [...changed, eb('TrangThaiDongBoDVC', 'is', null), eb('TrangThaiDongBoDVC', '=', '0')] : changed)
        }),
      )
      for (const table of ['Business.QuaTrinhXuLyHoSos', 'Business.YeuCauThanhToans'] as const) {
        for await (const codes of codesSince(table, since, Math.min(pageSize, MOST_PARAMETERS))) {
          const records = await on('changed steps and fees', async (db) =>
            recordsOf(db, await received(db, day).where('MaHoSo', 'in', codes).orderBy('Id').execute()),
          )
          if (records.length > 0) yield records
        }
      }
    },

    async *deletedSince(since, { pageSize }) {
      let after: TdCell | undefined
      while (true) {
        const ids = await on('deleted dossiers', async (db) => {
          const query = db.selectFrom('Business.HoSos').select('Id').where('DeletedOn', '>=', since).orderBy('Id')
          const rest = after === undefined ? query : query.where('Id', '>', after)
          return (await first(rest, pageSize).execute()).map(({ Id }) => String(Id))
        })
        if (ids.length > 0) yield ids.map((id) => id.toLowerCase())
        if (ids.length < pageSize) return
        after = ids.at(-1)
      }
    },

    byId: (id) =>
      on('one dossier', async (db) => {
        const rows = await dossiers(db).where('Id', '=', id).where('DeletedOn', 'is', null).execute()
        return (await recordsOf(db, rows))[0] ?? null
      }),

    count: (since) =>
      on('count', async (db) => {
        const row = await db
          .selectFrom('Business.HoSos')
          .select((eb) => eb.fn.countAll().as('rows'))
          .where('NgayTiepNhan', '>=', since)
          .where('DeletedOn', 'is', null)
          .executeTakeFirst()
        return Number(row?.rows ?? 0)
      }),

    procedures: () =>
      on('procedures', (db) =>
        db
          .selectFrom('Catalog.ThuTucs')
          .select(['MaTTHC', 'TenTTHC', 'MaLinhVucChinh', 'LinhVucChinh'])
          .where('DeletedOn', 'is', null)
          .orderBy('MaTTHC')
          .execute(),
      ),

    groups: () =>
      on('agencies', (db) =>
        db
          .selectFrom('Catalog.Groups')
          .select(['GroupCode', 'GroupName', 'MaDinhDanh'])
          .where('DeletedOn', 'is', null)
          .orderBy('GroupCode')
          .execute(),
      ),

    mark: (ids, decide) =>
      on('write back', (db) =>
        db.transaction().execute(async (transaction) => {
          const found = new Set<string>()
          // In one order, always: two who mark at once wait for each other instead of blocking each other.
          for (const id of ids.toSorted()) {
            const row = await locked(transaction, flavour, columns, id)
            if (row === undefined) continue
            found.add(id)
            const [record] = await recordsOf(transaction, [row])
            const mark = record === undefined ? null : decide(id, record)
            if (mark !== null) await write(transaction, id, mark)
          }
          return found
        }),
      ),

    async close() {
      await (await opened)?.destroy()
      opened = undefined
    },
  }
}

/** A dossier that nobody else can change until the transaction ends. */
async function locked(db: Db, flavour: SqlFlavour, columns: readonly string[], id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  // SQLite locks whole files, and only for writing: a statement that changes nothing takes the lock.
  if (flavour === 'sqlite')
    await db
      .updateTable('Business.HoSos')
      .set((eb) => ({ TrangThaiDongBoDVC: eb.ref('TrangThaiDongBoDVC') }))
      .where('Id', '=', id)
      .execute()
  if (flavour === 'mssql') {
    const list = sql.join(columns.map((column) => sql.ref(column)))
    const { rows } = await sql<
      Readonly<Record<string, unknown>>
    >`select ${list} from ${sql.table('Business.HoSos')} with (updlock, rowlock) where ${sql.ref('Id')} = ${id} and ${sql.ref('DeletedOn')} is null`.execute(
      db,
    )
    return rows[0]
  }
  const query = db
    .selectFrom('Business.HoSos')
    .select(columns as readonly (keyof TdTables['Business.HoSos'])[])
    .where('Id', '=', id)
    .where('DeletedOn', 'is', null)
  return (flavour === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** Flag columns and `MaHoSoKhac`, nothing else; a row that says so already is not written. */
async function write(db: Db, id: string, { steps, otherCode }: TdMark): Promise<void> {
  await db
    .updateTable('Business.HoSos')
    .set({ TrangThaiDongBoDVC: '1', ...(otherCode === null ? {} : { MaHoSoKhac: otherCode }) })
    .where('Id', '=', id)
    .where((eb) =>
      eb.or([
        eb('TrangThaiDongBoDVC', 'is', null),
        eb('TrangThaiDongBoDVC', '<>', '1'),
        ...(otherCode === null ? [] : [eb('MaHoSoKhac', 'is', null), eb('MaHoSoKhac', '<>', otherCode)]),
      ]),
    )
    .execute()
  for (let start = 0; start < steps.length; start += MOST_PARAMETERS) {
    await db
      .updateTable('Business.QuaTrinhXuLyHoSos')
      .set({ TrangThaiDongBoDVCQuocGia: '1' })
      .where('Id', 'in', steps.slice(start, start + MOST_PARAMETERS))
      .where((eb) => eb.or([eb('TrangThaiDongBoDVCQuocGia', 'is', null), eb('TrangThaiDongBoDVCQuocGia', '<>', '1')]))
      .execute()
  }
}

function codeOf(row: Readonly<Record<string, unknown>>): unknown {
  // SQL Server's usual collation takes no notice of case and of blanks at the end.
  return typeof row.MaHoSo === 'string' ? row.MaHoSo.trimEnd().toUpperCase() : undefined
}

/** The wall clock of a `datetime2`, to the millisecond, in a form that all databases compare. */
function wallClock(cell: TdCell | undefined): string | null {
  if (cell instanceof Date) return cell.toISOString().replace('T', ' ').slice(0, 23)
  return typeof cell === 'string' && /^\d{4}-\d{2}-\d{2}/.test(cell) ? cell.replace('T', ' ').slice(0, 23) : null
}
