/** The inbox in a file of SQLite: written by the process that receives, read by the one that sends. */
import { randomUUID } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Clock, days, LienthongError, systemClock } from '../../base/index.js'
import { createPrivately } from '../private-file.js'
import type { Vault } from '../vault.js'
import type { Inbox, InboxMessage, InboxRecord, InboxStanding } from './inbox.js'

export interface InboxOptions {
  /** A file, or `:memory:`. */
  readonly path: string
  readonly vault: Vault
  readonly tenant: string
  readonly source: string
  /** How long the content of a closed dossier stays after it was confirmed. Default 30. */
  readonly keepDays?: number
  /** Most messages that wait for a person. Default 10,000. */
  readonly maxRejected?: number
  readonly clock?: Clock
}

const tables = `
  create table if not exists meta (name text primary key, value text not null) without rowid;
  create table if not exists subjects (
    tenant text not null, source text not null, subject text not null,
    last_position integer not null, state_digest text, closed integer not null default 0,
    confirmed_position integer, confirmed_at integer,
    primary key (tenant, source, subject)
  ) without rowid;
  create index if not exists subjects_by_position on subjects (tenant, source, last_position);
  create index if not exists subjects_by_newest on subjects (last_position);
  create index if not exists subjects_by_confirmation on subjects (tenant, source, confirmed_at) where confirmed_at is not null;
  create table if not exists messages (
    position integer primary key,
    tenant text not null, source text not null, subject text not null, kind text not null,
    digest text not null, received_at integer not null, content blob not null,
    unique (tenant, source, subject, kind, digest)
  );
  create table if not exists files (
    tenant text not null, source text not null, subject text not null, id text not null, content blob not null,
    primary key (tenant, source, subject, id)
  ) without rowid;
  create table if not exists rejected (
    id integer primary key autoincrement,
    tenant text not null, source text not null, digest text not null, reason text not null,
    received_at integer not null, times integer not null default 1, content blob not null,
    unique (tenant, source, digest)
  );
  create table if not exists counted (
    tenant text not null, source text not null, kind text not null, count integer not null, last_at integer not null,
    primary key (tenant, source, kind)
  ) without rowid;
`
const VERSION = '1'
/** Another process may be in the middle of a write. */
const WAIT_MS = 5000
const PRUNED_AT_ONCE = 100

/** @throws {LienthongError} `inbox.unusable`, `inbox.key_wrong` */
export function openInbox(options: InboxOptions): Inbox {
  const { path, vault, tenant, source, keepDays = 30, maxRejected = 10_000, clock = systemClock } = options
  const explained = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      throw explain(error, path)
    }
  }
  const db = explained(() => open(path))
  try {
    explained(() => prepare(db, vault, path))
  } catch (error) {
    db.close()
    throw error
  }
  const statements = new Map<string, StatementSync>()
  const sql = (text: string): StatementSync => {
    const statement = statements.get(text) ?? db.prepare(text)
    statements.set(text, statement)
    return statement
  }
  const own = [tenant, source] as const
  const about = (kind: string, subject: string, digest: string) => `inbox\n${source}\n${kind}\n${subject}\n${digest}`
  const sealed = (kind: string, subject: string, digest: string, content: string) => vault.seal(tenant, about(kind, subject, digest), content)
  const opened = (kind: string, subject: string, row: { digest: string; content: Uint8Array }) =>
    vault.open(tenant, about(kind, subject, row.digest), row.content)
  const writing = together(db, path)

  /** By the clock, so that a file that was put back from a backup does not give positions that a reader has behind him already. */
  const nextPosition = (): number => {
    const { last } = sql(
      `select max(coalesce((select max(position) from messages), 0), coalesce((select max(last_position) from subjects), 0)) as last`,
    ).get() as { last: number }
    return Math.max(last + 1, clock.now())
  }

  const keepOne = ({ kind, subject, content, files = [], closed = false }: InboxMessage): void => {
    const digest = vault.digest(tenant, content)
    const known = sql('select state_digest from subjects where tenant = ? and source = ? and subject = ?').get(...own, subject) as
      | { state_digest: string | null }
      | undefined
    // Of a state, the newest counts: A, B and again A is a change. An event is the same however often it is told.
    if (kind === 'state' && known?.state_digest === digest) return
    if (kind === 'state') {
      sql("delete from messages where tenant = ? and source = ? and subject = ? and kind = 'state'").run(...own, subject)
      replaceFiles(subject, files)
    }
    const position = nextPosition()
    const added = sql(
      `insert into messages (position, tenant, source, subject, kind, digest, received_at, content) values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict do nothing`,
    ).run(position, ...own, subject, kind, digest, clock.now(), sealed(kind, subject, digest, content))
    if (added.changes === 0) return
    const state = kind === 'state' ? digest : (known?.state_digest ?? null)
    sql(
      `insert into subjects (tenant, source, subject, last_position, state_digest, closed) values (?, ?, ?, ?, ?, ?)
       on conflict do update set last_position = excluded.last_position, state_digest = excluded.state_digest,
       closed = case when ? then excluded.closed else closed end`,
    ).run(...own, subject, position, state, Number(closed), Number(kind === 'state'))
  }

  const replaceFiles = (subject: string, files: readonly { id: string; content: string }[]): void => {
    const wanted = new Set(files.map(({ id }) => id))
    const there = sql('select id from files where tenant = ? and source = ? and subject = ?').all(...own, subject) as { id: string }[]
    for (const { id } of there) {
      if (!wanted.delete(id)) sql('delete from files where tenant = ? and source = ? and subject = ? and id = ?').run(...own, subject, id)
    }
    for (const { id, content } of files) {
      if (!wanted.has(id)) continue
      sql('insert or replace into files (tenant, source, subject, id, content) values (?, ?, ?, ?, ?)').run(
        ...own,
        subject,
        id,
        sealed('file', subject, id, content),
      )
    }
  }

  const recordOf = (subject: string): InboxRecord | null => {
    const rows = sql('select kind, digest, content from messages where tenant = ? and source = ? and subject = ? order by position').all(
      ...own,
      subject,
    ) as { kind: InboxMessage['kind']; digest: string; content: Uint8Array }[]
    const contents = rows.map((row) => ({ kind: row.kind, content: opened(row.kind, subject, row) }))
    const state = contents.find(({ kind }) => kind === 'state')
    return state === undefined
      ? null
      : { subject, state: state.content, events: contents.flatMap(({ kind, content }) => (kind === 'event' ? [content] : [])) }
  }

  const prune = (): void => {
    const before = clock.now() - days(keepDays)
    const old = sql(
      `select subject from subjects where tenant = ? and source = ? and confirmed_at < ? and confirmed_position = last_position and closed = 1
       limit ${PRUNED_AT_ONCE}`,
    ).all(...own, before) as { subject: string }[]
    for (const { subject } of old) {
      sql('delete from messages where tenant = ? and source = ? and subject = ?').run(...own, subject)
      sql('delete from files where tenant = ? and source = ? and subject = ?').run(...own, subject)
      // The digest stays: the same state told once more is nothing new.
      sql('update subjects set confirmed_at = null where tenant = ? and source = ? and subject = ?').run(...own, subject)
    }
  }

  const countOf = (text: string): number => Number((sql(text).get(...own) as { n: number }).n)

  return {
    keep: (messages) =>
      writing(() => {
        for (const message of messages) keepOne(message)
      }),
    reject: ({ reason, body }) =>
      writing(() => {
        const content = Buffer.from(body).toString('base64')
        const digest = vault.digest(tenant, content)
        const again = sql('update rejected set times = times + 1, received_at = ?, reason = ? where tenant = ? and source = ? and digest = ?').run(
          clock.now(),
          reason,
          ...own,
          digest,
        )
        if (again.changes > 0) return true
        if (countOf('select count(*) as n from rejected where tenant = ? and source = ?') >= maxRejected) return false
        sql('insert into rejected (tenant, source, digest, reason, received_at, content) values (?, ?, ?, ?, ?, ?)').run(
          ...own,
          digest,
          reason,
          clock.now(),
          sealed('rejected', '', digest, content),
        )
        return true
      }),
    count: (kind) =>
      writing(() => {
        sql(
          `insert into counted (tenant, source, kind, count, last_at) values (?, ?, ?, 1, ?)
           on conflict do update set count = count + 1, last_at = excluded.last_at`,
        ).run(...own, kind, clock.now())
      }),
    async changedAfter(position, limit) {
      return explained(() => {
        const rows = sql(
          'select subject, last_position as position from subjects where tenant = ? and source = ? and last_position > ? order by last_position limit ?',
        ).all(...own, position, limit) as { subject: string; position: number }[]
        const records = rows.map(({ subject }) => recordOf(subject)).filter((record) => record !== null)
        return { records, position: rows.at(-1)?.position ?? position }
      })
    },
    async head() {
      return explained(() => countOf('select coalesce(max(last_position), 0) as n from subjects where tenant = ? and source = ?'))
    },
    async record(subject) {
      return explained(() => recordOf(subject))
    },
    confirm: (subject, shown) =>
      writing(() => {
        const record = recordOf(subject)
        if (record === null) return 'absent'
        if (!shown(record)) return 'changed'
        sql('update subjects set confirmed_position = last_position, confirmed_at = ? where tenant = ? and source = ? and subject = ?').run(
          clock.now(),
          ...own,
          subject,
        )
        prune()
        return 'confirmed'
      }),
    async file(subject, id) {
      return explained(() => {
        const row = sql('select content from files where tenant = ? and source = ? and subject = ? and id = ?').get(...own, subject, id) as
          | { content: Uint8Array }
          | undefined
        return row === undefined ? null : opened('file', subject, { digest: id, content: row.content })
      })
    },
    async rejected(limit) {
      return explained(() => {
        const rows = sql(
          'select id, digest, reason, received_at as at, times, content from rejected where tenant = ? and source = ? order by id desc limit ?',
        ).all(...own, limit) as { id: number; digest: string; reason: string; at: number; times: number; content: Uint8Array }[]
        return rows.map((row) => ({
          id: row.id,
          reason: row.reason,
          at: row.at,
          times: row.times,
          body: Buffer.from(opened('rejected', '', row), 'base64'),
        }))
      })
    },
    settleRejected: (id) => writing(() => sql('delete from rejected where tenant = ? and source = ? and id = ?').run(...own, id).changes > 0),
    async standing(): Promise<InboxStanding> {
      return explained(() => {
        const counts = sql('select kind, count from counted where tenant = ? and source = ?').all(...own) as { kind: string; count: number }[]
        return {
          dossiers: countOf('select count(*) as n from subjects where tenant = ? and source = ? and state_digest is not null'),
          confirmed: countOf('select count(*) as n from subjects where tenant = ? and source = ? and confirmed_position = last_position'),
          withoutState: countOf('select count(*) as n from subjects where tenant = ? and source = ? and state_digest is null'),
          rejected: countOf('select count(*) as n from rejected where tenant = ? and source = ?'),
          counted: Object.fromEntries(counts.map(({ kind, count }) => [kind, count])),
        }
      })
    },
    id: (db.prepare("select value from meta where name = 'id'").get() as { value: string }).value,
    digest: (content) => vault.digest(tenant, content),
    close() {
      statements.clear()
      db.close()
    },
  }
}

function open(path: string): DatabaseSync {
  if (path !== ':memory:') createPrivately(path)
  const db = new DatabaseSync(path, { timeout: WAIT_MS })
  // Full: an acknowledged message outlives the machine's power, not only the process.
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on')
  return db
}

function prepare(db: DatabaseSync, vault: Vault, path: string): void {
  db.exec('begin immediate')
  try {
    db.exec(tables)
    const remember = db.prepare('insert into meta (name, value) values (?, ?) on conflict do nothing')
    remember.run('version', VERSION)
    remember.run('key_id', vault.keyId)
    remember.run('id', randomUUID())
    const metaOf = (name: string) => (db.prepare('select value from meta where name = ?').get(name) as { value: string }).value
    if (Number(metaOf('version')) > Number(VERSION))
      throw new LienthongError('inbox.unusable', {
        values: { path, problem: { en: 'a newer lienthong wrote it', vi: 'do bản lienthong mới hơn ghi' } },
      })
    if (metaOf('key_id') !== vault.keyId) throw new LienthongError('inbox.key_wrong', { values: { path } })
    db.exec('commit')
  } catch (error) {
    db.exec('rollback')
    throw error
  }
}

interface Waiting {
  /** Does its part of the transaction. @returns what to say once that is on disk */
  run(): () => void
  fail(error: unknown): void
}

/** What comes in during one turn of the event loop goes to disk together: a hundred senders cost one flush. */
function together(db: DatabaseSync, path: string): <Result>(work: () => Result) => Promise<Result> {
  let waiting: Waiting[] = []
  const write = (group: readonly Waiting[]): void => {
    let settle: readonly (() => void)[]
    try {
      db.exec('begin immediate')
      settle = group.map((one) => one.run())
      db.exec('commit')
    } catch (error) {
      undo(db)
      if (group.length > 1 && !isOfSqlite(error)) {
        // One of them is to blame, e.g. for a row that somebody changed.
        for (const one of group) write([one])
        return
      }
      settle = group.map((one) => () => one.fail(explain(error, path)))
    }
    for (const tell of settle) tell()
  }
  return (work) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) {
        setImmediate(() => {
          const group = waiting
          waiting = []
          write(group)
        })
      }
      waiting.push({
        run() {
          const result = work()
          return () => resolve(result)
        },
        fail: reject,
      })
    })
}

/** A full disk ends the transaction by itself; that there is nothing left to undo must not hide why. */
function undo(db: DatabaseSync): void {
  try {
    db.exec('rollback')
  } catch {
    // None was open.
  }
}

function isOfSqlite(error: unknown): error is Error {
  return error instanceof Error && (error as { code?: string }).code === 'ERR_SQLITE_ERROR'
}

function explain(error: unknown, path: string): unknown {
  if (!isOfSqlite(error)) return error
  return new LienthongError('inbox.unusable', { hop: 'source', values: { path, problem: error.message }, cause: error })
}
