import type { Compilable, CompiledQuery, DatabaseConnection, Kysely, QueryResult } from 'kysely'

/** Values that are filled in when the statement runs; while it is built they only mark their places. */
export type Slots<Values> = { readonly [Name in keyof Values]: Values[Name] }

class Slot {
  constructor(readonly name: string) {}
}

/**
 * A statement that Kysely builds once per database and that then only takes values: building one costs more than SQLite needs to run it.
 * The types are those of the ordinary builder.
 *
 * With a connection, see {@link onConnection}, a statement costs half as much again less.
 */
export function prepared<Tables, Values extends object, Row>(build: (db: Kysely<Tables>, slots: Slots<Values>) => Compilable<Row>) {
  // One per database: the two dialects write placeholders differently.
  const built = new WeakMap<object, CompiledQuery<Row>>()
  const places = new Proxy({}, { get: (_target, name) => new Slot(String(name)) }) as Slots<Values>
  return (db: Kysely<Tables>, values: Values, connection?: DatabaseConnection): Promise<QueryResult<Row>> => {
    const adapter = db.getExecutor().adapter
    let query = built.get(adapter)
    if (!query) {
      query = build(db, places).compile()
      built.set(adapter, query)
    }
    const parameters = query.parameters.map((value) => (value instanceof Slot ? ((values as Record<string, unknown>)[value.name] ?? null) : value))
    const complete = { ...query, parameters }
    return connection === undefined ? db.executeQuery<Row>(complete) : connection.executeQuery<Row>(complete)
  }
}

/** Many prepared statements on one connection, which is asked for once. Nothing else of this database may be awaited in between. */
export function onConnection<T>(db: Pick<Kysely<never>, 'getExecutor'>, work: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
  return db.getExecutor().provideConnection(work)
}
