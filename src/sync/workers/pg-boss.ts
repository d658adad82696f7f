/**
 * pg-boss as the job engine: one queue a tenant, one job a slice. `exclusive` keeps a slice from being queued while it waits or runs;
 * heartbeats give the jobs of a dead worker to others. ANCHORS §0.6 lists what an older version got wrong; `test/postgres/jobs.test.ts`
 * holds each.
 */
import { isLienthongError, LienthongError, type Logger } from '../../base/index.js'
import { explainPostgres, placeOf } from '../../ledger/index.js'
import { JOB_HEARTBEAT_SECONDS, type JobEngine, type SliceJob } from './job-engine.js'

export interface PgBossOptions {
  /** Of the database that the ledger is in; pg-boss has a schema of its own there. */
  readonly connectionString: string
  /** Connections it may hold. */
  readonly connections?: number
  readonly schema?: string
  /** Whose connections these are, for people at the server: `process 4711 on srv-2`. */
  readonly name?: string
  readonly logger?: Logger
  /** Seconds between two looks for workers that died. */
  readonly superviseSeconds?: number
}

interface SliceData {
  readonly slice: string
}

/** A reading may take hours: what ends a job whose worker died is its heartbeat, not its age. */
const LONGEST_JOB_SECONDS = 23 * 3600
const FORGET_AFTER_SECONDS = 3600

/** Nothing that it asks takes as long; a connection on which no answer comes any more is given up. */
const ANSWER_MS = 20_000

/** @throws {LienthongError} `config.missing_package`; its methods: `ledger.unreachable`, `ledger.unreadable`. */
export async function pgBossEngine(options: PgBossOptions): Promise<JobEngine> {
  const { PgBoss } = await import('pg-boss').catch((cause: unknown) => {
    throw new LienthongError('config.missing_package', { values: { what: 'lienthong worker', name: 'pg-boss' }, cause })
  })
  const schema = options.schema ?? 'lienthong_jobs'
  const place = placeOf(options.connectionString)
  const limits = { query_timeout: ANSWER_MS, keepAlive: true, keepAliveInitialDelayMillis: 30_000 }
  const boss = new PgBoss({
    ...limits,
    connectionString: options.connectionString,
    max: options.connections ?? 4,
    schema,
    application_name: options.name === undefined ? 'lienthong jobs' : `lienthong jobs of ${options.name}`,
    // The pass over dead workers runs as often as this alone; left alone it is once a minute or two.
    superviseIntervalSeconds: options.superviseSeconds ?? 5,
    monitorIntervalSeconds: options.superviseSeconds ?? 5,
    cronMonitorIntervalSeconds: 15,
    cronWorkerIntervalSeconds: 5,
  })
  // Without a listener an error of a background query would end the process; with one it must not be silent.
  boss.on('error', (error: Error) => options.logger?.warn({ problem: error.message }, 'job engine'))
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw explain(error, place, schema)
    }
  }

  const job = (tenant: string, { id, retryCount, slice }: { id: string; retryCount: number; slice: string }): SliceJob => ({
    tenant,
    slice,
    // Told by attempt: the completion of a worker that came back from the dead must not end the attempt of another.
    async touch() {
      const { affected = 0 }: { readonly affected?: number } = await told(boss.touch(tenant, { id, retryCount }))
      return affected > 0
    },
    async end() {
      await told(boss.complete(tenant, { id, retryCount }))
    },
  })

  return {
    async start(tenants) {
      await told(boss.start())
      const settings = {
        policy: 'exclusive',
        heartbeatSeconds: JOB_HEARTBEAT_SECONDS,
        expireInSeconds: LONGEST_JOB_SECONDS,
        retryLimit: 1_000_000,
        retryDelay: 0,
        deleteAfterSeconds: FORGET_AFTER_SECONDS,
      } as const
      for (const tenant of tenants) await told(boss.createQueue(tenant, settings))
    },
    async enqueue(tenant, slice) {
      return (await told(boss.send(tenant, { slice } satisfies SliceData, { singletonKey: slice }))) !== null
    },
    async fetch(tenant) {
      const [found] = await told(boss.fetch<SliceData>(tenant, { batchSize: 1, includeMetadata: true }))
      return found && job(tenant, { id: found.id, retryCount: found.retryCount, slice: found.data.slice })
    },
    async schedule(tenant, slice, cron) {
      await told(boss.schedule(tenant, cron, { slice } satisfies SliceData, { key: slice, singletonKey: slice, tz: 'Asia/Ho_Chi_Minh' }))
    },
    stop: () => boss.stop({ graceful: false }),
  }
}

/** The ledger's tables may be there and the schema of the jobs not: that needs a right of its own. */
function explain(error: unknown, place: string, schema: string): unknown {
  const explained = explainPostgres(error, place)
  const { code, message } = error as { code?: string; message?: string }
  if (!isLienthongError(explained) || code !== '42501') return explained
  const grant = `grant create on database "${new URL(place).pathname.slice(1)}" to <user>`
  const problem = {
    en: `${message} (${code}): the job engine makes its own tables in the schema ${schema}. Let it once: ${grant}`,
    vi: `${message} (${code}): hàng đợi công việc tự tạo bảng trong schema ${schema}. Cấp quyền một lần: ${grant}`,
  }
  return new LienthongError('ledger.unreadable', { hop: 'ledger', values: { path: place, problem }, cause: error })
}
