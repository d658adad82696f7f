/** Lists as one parameter, however long: the two databases unfold them differently, and one text of a statement serves every length. */
import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely'

export function isPostgres(db: Kysely<never> | object): boolean {
  return (db as Kysely<unknown>).getExecutor().adapter instanceof PostgresAdapter
}

/** For `column in …`. */
export function textList(db: object, values: readonly string[]): RawBuilder<string> {
  return isPostgres(db) ? sql<string>`(select unnest(${values}::text[]))` : sql<string>`(select value from json_each(${JSON.stringify(values)}))`
}

/** For `column in …`. */
export function numberList(db: object, values: readonly number[]): RawBuilder<number> {
  return isPostgres(db) ? sql<number>`(select unnest(${values}::bigint[]))` : sql<number>`(select value from json_each(${JSON.stringify(values)}))`
}

/** For `(one, two) in …`. */
export function pairList(db: object, pairs: readonly (readonly [string, string])[]): RawBuilder<string> {
  return isPostgres(db)
    ? sql<string>`(select * from unnest(${pairs.map(([one]) => one)}::text[], ${pairs.map(([, two]) => two)}::text[]))`
    : sql<string>`(select value ->> 0, value ->> 1 from json_each(${JSON.stringify(pairs)}))`
}

/** For `from … as asked`: rows with the one column `value`. */
export function textRows(db: object, values: readonly string[]): RawBuilder<{ value: string }> {
  return isPostgres(db)
    ? sql<{ value: string }>`(select unnest(${values}::text[]) as value)`
    : sql<{ value: string }>`json_each(${JSON.stringify(values)})`
}

/** Rows of one insert. Only two lengths occur, so that each table has two statements and no more: prepared ones are kept, and large ones are large. */
const ROWS_TOGETHER = 32

export function* slices<T>(rows: readonly T[]): Generator<T[]> {
  const whole = rows.length - (rows.length % ROWS_TOGETHER)
  for (let start = 0; start < whole; start += ROWS_TOGETHER) yield rows.slice(start, start + ROWS_TOGETHER)
  for (const row of rows.slice(whole)) yield [row]
}
