/**
 * Triggers in the ledger's database that write down who wrote what in which order: each lease is a connection of its own, so that a write
 * names the lease it was made under. What is said here is the server's word, not the workers'.
 */
import pg from 'pg'
import { expect, onTestFinished } from 'vitest'

const TRIGGERS = `
create table witness (
  id bigint generated always as identity primary key, at double precision not null default extract(epoch from clock_timestamp()) * 1000,
  backend integer not null default pg_backend_pid(), name text not null default current_setting('application_name'),
  what text not null, tenant text not null, shard text, epoch bigint, source text, source_id text, operation bigint, kind text, state text, deadline bigint);
create function witness_lease() returns trigger language plpgsql as $$ begin
  insert into witness (what, tenant, shard, epoch) values ('lease', new.tenant, new.shard, new.epoch); return null; end $$;
create trigger witness_first after insert on shards for each row execute function witness_lease();
create trigger witness_next after update on shards for each row when (old.epoch is distinct from new.epoch) execute function witness_lease();
create function witness_operation() returns trigger language plpgsql as $$ begin
  insert into witness (what, tenant, source, source_id, operation, kind, state, deadline)
  values (lower(tg_op) || ' operation', new.tenant, new.source, new.source_id, new.id, new.kind, new.state, new.deadline); return null; end $$;
create trigger witness_operation after insert or update on operations for each row execute function witness_operation();
create function witness_row() returns trigger language plpgsql as $$ begin
  insert into witness (what, tenant, source, source_id) values (lower(tg_op) || ' ' || tg_table_name, new.tenant, new.source, new.source_id); return null; end $$;
create trigger witness_dossier after insert or update on dossiers for each row execute function witness_row();
create trigger witness_journal after insert on journal for each row execute function witness_row();
create index witness_leases on witness (tenant, shard, id) where what = 'lease';
create index witness_marks on witness (source_id, at) where state = 'sending'`

export interface HeldShard {
  readonly tenant: string
  readonly shard: string
  readonly epoch: number
}

export interface Mark {
  readonly at: number
  readonly name: string
  readonly code: string
  readonly kind: 'record' | 'step'
  readonly deadline: number
}

export interface Witness {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** What a process holds this very moment. */
  heldBy(pid: number): Promise<HeldShard[]>
  /** When somebody took this shard again, by the server's clock; undefined: not yet. */
  takenAgainAt(held: HeldShard): Promise<number | undefined>
  /** Whether a worker was given the job of this shard since then, and has not taken the shard yet: were it to die now, the wait began anew. */
  isBeingTaken(held: HeldShard, since: number): Promise<boolean>
  /** Holds that no lease wrote after somebody else had taken its shard, and that no worker wrote without one. @returns how many writes were looked at. */
  checkFencing(): Promise<number>
  /** Every "this leaves now" that the ledger was told. */
  marks(): Promise<Mark[]>
}

/** @param url with its password. */
export async function openWitness(url: string): Promise<Witness> {
  const pool = new pg.Pool({ connectionString: url, application_name: 'witness', max: 3 })
  // The server may be stopped before the pool is.
  pool.on('error', () => {})
  onTestFinished(() => pool.end())
  await pool.query(TRIGGERS)
  const query = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
    (await pool.query<Row>(text, [...values])).rows
  return {
    query,
    heldBy: (pid) =>
      query<HeldShard>(
        `select shards.tenant, shards.shard, shards.epoch::integer as epoch from shards join pg_stat_activity as activity on activity.pid = shards.backend
         where activity.application_name like $1
           and exists (select from witness where what = 'lease' and witness.backend = shards.backend and witness.epoch = shards.epoch
             and (witness.tenant, witness.shard) = (shards.tenant, shards.shard))`,
        [`lienthong worker (process ${pid} on %`],
      ),
    async takenAgainAt({ tenant, shard, epoch }) {
      const [next] = await query<{ at: number }>(
        `select at from witness where what = 'lease' and tenant = $1 and shard = $2 and epoch > $3 order by id limit 1`,
        [tenant, shard, epoch],
      )
      return next?.at
    },
    async isBeingTaken({ tenant, shard }, since) {
      const given = await query(
        `select from lienthong_jobs.job where name = $1 and singleton_key = $2 and state = 'active' and started_on > to_timestamp($3::double precision / 1000)`,
        [tenant, shard, since],
      )
      return given.length > 0
    },
    async checkFencing() {
      const late = await query(
        `with leases as (select backend, id, tenant, shard, lead(id) over (partition by tenant, shard order by id) as ended from witness where what = 'lease'),
           writes as (select * from witness where what <> 'lease' and name like 'lienthong worker %')
         select writes.what, writes.name, writes.source_id, leases.shard from writes
           left join lateral (select * from leases where leases.backend = writes.backend and leases.id < writes.id order by leases.id desc limit 1) as leases on true
         where leases.id is null or leases.ended < writes.id limit 10`,
      )
      expect(late, 'late writes').toEqual([])
      const [count] = await query<{ writes: string }>(
        `select count(*) as writes from witness where what <> 'lease' and name like 'lienthong worker %'`,
      )
      return Number(count?.writes ?? 0)
    },
    marks: () =>
      query<Mark>(
        `select witness.at, witness.name, code_links.code, witness.kind, witness.deadline::double precision as deadline
         from witness join code_links using (tenant, source, source_id) where witness.state = 'sending' order by witness.id`,
      ),
  }
}
