/** What of a ledger travels: every table with every column, so that a new one cannot be forgotten (the compiler asks for it). */
import type { Selectable } from 'kysely'
import type { LedgerTables } from '../schema.js'

/** How a column is written in JSON: `bytes` in base64. */
export type ColumnKind = 'text' | 'integer' | 'real' | 'bytes' | 'text?' | 'integer?' | 'real?' | 'bytes?'

type Plain<Value> = [NonNullable<Value>] extends [string] ? 'text' : [NonNullable<Value>] extends [number] ? 'integer' | 'real' : 'bytes'
type KindOf<Value> = null extends Value ? `${Plain<Value>}?` : Plain<Value>
type Row<Table extends keyof LedgerTables> = Selectable<LedgerTables[Table]>
/** What follows from the ledger a dossier is in, and is computed anew there. */
type Computed = 'shard'

interface TravellingTable<Table extends keyof LedgerTables> {
  /** The columns of its primary key, in their order; with `id` the database numbers its rows. */
  readonly key: readonly (keyof Row<Table> & string)[]
  readonly columns: { readonly [Column in Exclude<keyof Row<Table>, Computed>]: KindOf<Row<Table>[Column]> }
}

const dossierKey = ['tenant', 'source', 'source_id'] as const
const dossierColumns = { tenant: 'text', source: 'text', source_id: 'text' } as const

/**
 * `null` stays at home: `shards` tells which connection of one server holds what, `budgets` whose turn it is within the next seconds by the
 * clock of one server.
 */
const tables: { readonly [Table in keyof LedgerTables]: TravellingTable<Table> | null } = {
  meta: { key: ['name'], columns: { name: 'text', value: 'text' } },
  cursors: { key: ['tenant', 'source'], columns: { tenant: 'text', source: 'text', cursor: 'text', updated_at: 'integer' } },
  dossiers: {
    key: dossierKey,
    columns: {
      ...dossierColumns,
      source_digest: 'text?',
      epoch: 'text',
      version: 'integer',
      version_run: 'integer',
      state: 'text',
      reason: 'text?',
      local_code: 'text?',
      sent_code: 'text?',
      presence: 'text',
      wire_digest: 'text?',
      known_steps: 'text',
      confirmed_versions: 'integer',
      open: 'integer',
      received_at: 'integer?',
      closed_at: 'integer?',
      next_at: 'integer?',
      updated_at: 'integer',
      quiet_until: 'integer?',
      revision: 'integer',
      priority: 'integer',
    },
  },
  operations: {
    key: ['id'],
    columns: {
      id: 'integer',
      ...dossierColumns,
      kind: 'text',
      state: 'text',
      attempts: 'integer',
      deadline: 'integer?',
      maybe_doubled: 'integer',
      digest: 'text',
      created_at: 'integer',
    },
  },
  payloads: { key: ['operation'], columns: { operation: 'integer', tenant: 'text', sealed: 'bytes' } },
  failures: {
    key: dossierKey,
    columns: {
      ...dossierColumns,
      cause: 'text',
      stage: 'text',
      place: 'text',
      message: 'text',
      hint: 'text',
      findings: 'text',
      first_at: 'integer',
      last_at: 'integer',
      times: 'integer',
    },
  },
  code_links: { key: [...dossierKey, 'code'], columns: { ...dossierColumns, code: 'text', first_sent_at: 'integer' } },
  code_claims: { key: ['tenant', 'code'], columns: { ...dossierColumns, code: 'text', rules: 'text', steps_until: 'integer?' } },
  contests: {
    key: dossierKey,
    columns: { ...dossierColumns, code: 'text', kind: 'text', holder_source: 'text', holder_id: 'text', rules: 'text', since: 'integer' },
  },
  gone: { key: dossierKey, columns: { ...dossierColumns, since: 'integer', run: 'integer', told_by: 'text' } },
  marks: {
    key: dossierKey,
    columns: {
      ...dossierColumns,
      version: 'integer',
      marked_digest: 'text?',
      marked_at: 'integer?',
      attempts: 'integer',
      due_at: 'integer?',
      problem: 'text?',
    },
  },
  journal: {
    key: ['id'],
    columns: {
      id: 'integer',
      ...dossierColumns,
      at: 'integer',
      operation: 'text',
      code: 'text',
      attempt: 'integer',
      items: 'integer',
      request_digest: 'text',
      answer_digest: 'text?',
      answer_code: 'text?',
      outcome: 'text',
      ms: 'integer',
      note: 'text?',
    },
  },
  runs: {
    key: ['id'],
    columns: {
      id: 'integer',
      tenant: 'text',
      source: 'text',
      started_at: 'integer',
      ended_at: 'integer?',
      outcome: 'text',
      seen: 'integer',
      unchanged: 'integer',
      skipped: 'integer',
      failed: 'integer',
      pending: 'integer',
      created: 'integer',
      updated: 'integer',
      superseded: 'integer',
    },
  },
  dossier_facts: {
    key: dossierKey,
    columns: {
      ...dossierColumns,
      local_code: 'text?',
      procedure_code: 'text?',
      national_procedure: 'text?',
      agency_code: 'text?',
      channel: 'text?',
      origin: 'text',
      submitted_at: 'integer?',
      received_at: 'integer?',
      due_at: 'integer?',
      finished_at: 'integer?',
      returned_at: 'integer?',
      status: 'integer?',
      status_history: 'text',
      fee_total: 'integer?',
      online_payment: 'text?',
      flags: 'text',
      updated_at: 'integer',
    },
  },
  catalogue_entries: {
    key: ['tenant', 'catalogue', 'code'],
    columns: {
      tenant: 'text',
      catalogue: 'text',
      code: 'text',
      name: 'text',
      state: 'text',
      first_listed: 'text',
      inactive_since: 'text?',
      reference: 'text?',
      sector_code: 'text?',
      sector_name: 'text?',
      detail_at: 'integer?',
      version_from: 'text?',
      findings: 'text?',
    },
  },
  catalogue_versions: {
    key: ['tenant', 'catalogue', 'code', 'valid_from'],
    columns: { tenant: 'text', catalogue: 'text', code: 'text', valid_from: 'text', digest: 'text', content: 'text' },
  },
  catalogue_listings: {
    key: ['tenant', 'catalogue', 'code'],
    columns: { tenant: 'text', catalogue: 'text', code: 'text', name: 'text', reference: 'text?', detail: 'text?' },
  },
  catalogue_pulls: {
    key: ['id'],
    columns: {
      id: 'integer',
      tenant: 'text',
      catalogue: 'text',
      started_at: 'integer',
      ended_at: 'integer?',
      state: 'text',
      cursor: 'text?',
      listed_at: 'integer?',
      report: 'text',
    },
  },
  catalogue_references: {
    key: ['tenant', 'kind', 'code'],
    columns: { tenant: 'text', kind: 'text', code: 'text', content: 'text', read_at: 'integer' },
  },
  code_matches: {
    key: ['tenant', 'local_code', 'valid_from'],
    columns: {
      tenant: 'text',
      local_code: 'text',
      valid_from: 'text',
      decision: 'text',
      national_code: 'text?',
      score: 'real',
      reasons: 'text',
      candidates: 'text',
      decided_at: 'integer',
    },
  },
  code_decisions: {
    key: ['tenant', 'local_code', 'valid_from'],
    columns: { tenant: 'text', local_code: 'text', valid_from: 'text', national_code: 'text?', decided_at: 'integer' },
  },
  service_links: {
    key: ['tenant', 'url'],
    columns: { tenant: 'text', url: 'text', codes: 'text', checked_at: 'integer', outcome: 'text', status: 'integer?', problem: 'text?' },
  },
  bills: {
    key: ['tenant', 'id'],
    columns: {
      ...{ tenant: 'text', id: 'text', duty: 'text', bill_code: 'text', dossier_code: 'text?', content_digest: 'text', amount: 'integer' },
      ...{ state: 'text', sealed: 'bytes', created_at: 'integer', paid_at: 'integer?', paid_by: 'text?' },
      ...{ bill_key: 'text', dossier_key: 'text?', paid_through: 'text?', cancelled_as: 'text?' },
    },
  },
  paid_duties: {
    key: ['tenant', 'bill'],
    columns: {
      ...{ tenant: 'text', bill: 'text', dossier_key: 'text', duty: 'text', sealed: 'bytes', paid_through: 'text', paid_at: 'integer' },
      ...{ told_at: 'integer?', taken_back: 'integer' },
    },
  },
  payment_attempts: {
    key: ['tenant', 'reference'],
    columns: {
      ...{ tenant: 'text', reference: 'text', bill: 'text', partner: 'text', amount: 'integer', wire_at: 'text', state: 'text', open: 'integer' },
      ...{ sealed: 'bytes', created_at: 'integer', updated_at: 'integer', closes_at: 'integer', next_query_at: 'integer?', queries: 'integer' },
      ...{ transaction_no: 'text?', bank: 'text?', paid_amount: 'integer?', accepted_at: 'integer?', told_at: 'text?' },
      ...{ receipt_at: 'integer?', receipt_link: 'bytes?' },
    },
  },
  payment_refunds: {
    key: ['tenant', 'reference', 'transaction_no'],
    columns: {
      ...{ tenant: 'text', reference: 'text', transaction_no: 'text', amount: 'integer', reason: 'text', asked_at: 'integer' },
      ...{ sent_at: 'integer?', done_at: 'integer?' },
    },
  },
  payment_receipts: { key: ['tenant', 'reference'], columns: { tenant: 'text', reference: 'text', sealed: 'bytes', fetched_at: 'integer' } },
  bill_lookups: { key: ['tenant', 'lookup_code'], columns: { tenant: 'text', lookup_code: 'text', bill: 'text', shown_at: 'integer' } },
  payment_journal: {
    key: ['tenant', 'partner', 'seq'],
    columns: {
      ...{ tenant: 'text', partner: 'text', seq: 'integer', at: 'integer', kind: 'text', reference: 'text?', message_digest: 'text' },
      ...{ note: 'text', previous: 'text', hash: 'text' },
    },
  },
  file_links: {
    key: ['tenant', 'token_digest', 'list'],
    columns: { ...dossierColumns, token_digest: 'text', list: 'text', sealed: 'bytes', planned_at: 'integer' },
  },
  shards: null,
  budgets: null,
}

export type TableName = keyof LedgerTables

export interface TransferTable {
  readonly name: TableName
  readonly key: readonly string[]
  readonly columns: readonly string[]
  readonly kinds: readonly ColumnKind[]
  /** The database numbers its rows, and must go on behind those that came. */
  readonly numbered: boolean
}

/** Every table that travels, in the order of the file. */
export const transferTables: readonly TransferTable[] = Object.entries(tables).flatMap(([name, table]) =>
  table === null
    ? []
    : [
        {
          name: name as TableName,
          key: table.key,
          columns: Object.keys(table.columns),
          kinds: Object.values(table.columns) as ColumnKind[],
          numbered: table.key[0] === 'id',
        },
      ],
)

/** Every table with the reason of its absence settled: for the test that none is forgotten. */
export const tablesAtHome: readonly string[] = Object.entries(tables).flatMap(([name, table]) => (table === null ? [name] : []))

/**
 * Notes that are about a ledger or about processes of the moment: its version and key stand in the file's first line; a target that rests
 * for minutes and a session that processes share mean nothing to whoever imports later. What must not be forgotten travels: a held system,
 * a refused password (I11), which sources were loaded.
 */
export function staysAtHome(note: string): boolean {
  return note === 'schema' || note === 'key_id' || /^(rest|session)\//.test(note)
}
