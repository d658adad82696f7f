import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { SqliteDialect, type SqliteStatement } from 'kysely'

/** Lets Kysely speak to Node's own SQLite: statements are prepared once and kept by their text. */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  const statements = new Map<string, SqliteStatement>()
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        let statement = statements.get(sql)
        if (!statement) {
          statement = sql === 'rollback' ? rollback(database.prepare(sql)) : kyselyStatement(database.prepare(sql))
          if (statements.size >= KEPT_STATEMENTS) statements.clear()
          statements.set(sql, statement)
        }
        return statement
      },
    },
  })
}

/** Beyond this many texts the cache starts again. */
const KEPT_STATEMENTS = 200

type SqliteValue = null | number | bigint | string | Uint8Array

function kyselyStatement(statement: StatementSync): SqliteStatement {
  const values = (parameters: readonly unknown[]) => parameters as readonly SqliteValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  }
}

/** SQLite undoes a transaction by itself when the disk is full or fails; that there is nothing left to undo must not hide why. */
function rollback(statement: StatementSync): SqliteStatement {
  const undo = kyselyStatement(statement)
  return {
    ...undo,
    run(parameters) {
      try {
        return undo.run(parameters)
      } catch (error) {
        if (error instanceof Error && error.message.includes('no transaction is active')) return { changes: 0, lastInsertRowid: 0 }
        throw error
      }
    },
  }
}
