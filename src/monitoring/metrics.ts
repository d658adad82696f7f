/** What Prometheus is told. Names, units and labels: docs/observability.md; a test holds both together. */
import type { Clock } from '../base/index.js'
import type { Backlog } from '../ledger/index.js'
import { runCounters, type SyncObserver } from '../sync/index.js'
import type { TransportHooks } from '../transport/index.js'
import { exposition } from './exposition.js'

export interface Metrics {
  readonly observer: SyncObserver
  /** Of the clients of one tenant; call it for each new set of clients, whose circuits are closed. */
  hooks(tenant: string): TransportHooks
  /** What the ledger said last; undefined: it could not be asked. */
  backlog(backlogs: ReadonlyMap<string, Backlog> | undefined): void
  fileServed(file: FileServed): void
  text(): string
}

/** A request for a file, however it ended. */
export interface FileServed {
  readonly tenant: string | null
  readonly outcome: string
  readonly bytes: number
}

const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
const PASS_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200]
const SLICE_SECONDS = [0.1, 0.5, 1, 5, 10, 20, 30, 60]

export function metrics(clock: Clock, version: string): Metrics {
  const out = exposition()
  const passes = out.counter('lienthong_passes_total', 'Passes by how they ended', ['tenant', 'outcome'])
  const passSeconds = out.histogram('lienthong_pass_duration_seconds', 'One pass of one tenant', ['tenant'], PASS_SECONDS)
  const passEnded = out.gauge('lienthong_pass_last_end_timestamp_seconds', 'When the last pass ended, however it did', ['tenant'])
  const passDone = out.gauge('lienthong_pass_last_done_timestamp_seconds', 'When the last pass ended that read and sent everything it could', [
    'tenant',
  ])
  const runVersions = out.gauge('lienthong_run_versions', 'What became of the versions that the last run of a source found', [
    'tenant',
    'source',
    'state',
  ])
  const records = out.counter('lienthong_records_read_total', 'Records read from a source', ['tenant', 'source', 'result'])
  const readings = out.counter('lienthong_readings_total', 'Readings of a source by how they ended', ['tenant', 'source', 'outcome'])
  const sends = out.counter('lienthong_sends_total', 'Calls to the target that are settled in the ledger', [
    'tenant',
    'source',
    'operation',
    'outcome',
  ])
  const sendSeconds = out.histogram('lienthong_send_duration_seconds', 'One call to the target', ['tenant', 'operation'], CALL_SECONDS)
  const steps = out.counter('lienthong_steps_sent_total', 'Progress steps the target took', ['tenant', 'source'])
  const lastAccepted = out.gauge('lienthong_send_last_accepted_timestamp_seconds', 'When the target last took a record or steps', ['tenant'])
  const waiting = out.gauge('lienthong_dossiers_waiting', 'Dossiers with something that is to be sent', ['tenant'])
  const failing = out.gauge('lienthong_dossiers_failing', 'Dossiers that wait for somebody', ['tenant'])
  const failures = out.gauge('lienthong_failures', 'Dossiers that wait for somebody, by the cause', ['tenant', 'cause'])
  const oldestDue = out.gauge('lienthong_oldest_due_age_seconds', 'For how long the dossier that is due longest could have gone', ['tenant'])
  const ledgerUp = out.gauge('lienthong_ledger_up', '1 when the ledger could be read for this scrape', [])
  const held = out.gauge('lienthong_system_held', '1 while a system refuses everything and is only probed', ['tenant', 'system'])
  const refused = out.gauge('lienthong_login_refused', '1 while a system refuses our account', ['tenant', 'system'])
  const circuits = out.gauge('lienthong_circuit_open', '1 while calls to a system rest after failures in a row', ['tenant', 'system'])
  const attempts = out.counter('lienthong_attempts_total', 'Attempts at outside systems', ['tenant', 'system', 'operation', 'outcome'])
  const attemptSeconds = out.histogram(
    'lienthong_attempt_duration_seconds',
    'One attempt at an outside system',
    ['tenant', 'system', 'operation'],
    CALL_SECONDS,
  )
  const slices = out.counter('lienthong_slices_total', 'Slices of a worker by how they ended', ['tenant', 'kind', 'outcome'])
  const sliceSeconds = out.histogram('lienthong_slice_duration_seconds', 'One slice of a worker', ['tenant', 'kind'], SLICE_SECONDS)
  const sliceSends = out.counter('lienthong_slice_sends_total', 'Calls settled in slices', ['tenant'])
  const leasesLost = out.counter('lienthong_leases_lost_total', 'Slices that somebody else took over', ['tenant'])
  const files = out.counter('lienthong_file_requests_total', 'Requests for files behind links, by how they ended', ['tenant', 'outcome'])
  const fileBytes = out.counter('lienthong_file_bytes_total', 'Bytes of files that were handed out', ['tenant'])
  out.gauge('lienthong_build_info', 'Version of lienthong and of Node.js', ['version', 'node']).set({ version, node: process.version }, 1)
  const cpu = out.counter('process_cpu_seconds_total', 'Processor time of this process', [])
  const memory = out.gauge('process_resident_memory_bytes', 'Memory of this process', [])
  out.gauge('process_start_time_seconds', 'When this process began', []).set({}, clock.now() / 1000 - process.uptime())

  let cpuTold = 0
  const now = () => clock.now() / 1000
  const knownCircuits = new Map<string, Set<string>>()

  return {
    observer: {
      pass: ({ tenant }) => ({
        ended({ ms, outcome, runs }) {
          passes.add({ tenant, outcome })
          passSeconds.observe({ tenant }, ms / 1000)
          passEnded.set({ tenant }, now())
          if (outcome === 'done') passDone.set({ tenant }, now())
          for (const run of runs) for (const state of runCounters) runVersions.set({ tenant, source: run.source, state }, run[state])
        },
      }),
      reading: ({ tenant, source }) => ({
        ended: ({ error }) => readings.add({ tenant, source, outcome: error?.code ?? 'ok' }),
      }),
      batch({ tenant, source, seen, planned }) {
        records.add({ tenant, source, result: 'planned' }, planned)
        records.add({ tenant, source, result: 'unchanged' }, seen - planned)
      },
      send({ tenant, source, operation, outcome, items, ms }) {
        sends.add({ tenant, source, operation, outcome })
        sendSeconds.observe({ tenant, operation }, ms / 1000)
        if (outcome !== 'accepted') return
        lastAccepted.set({ tenant }, now())
        if (operation === 'steps') steps.add({ tenant, source }, items)
      },
      brake({ tenant, system, brake, error }) {
        const gauge = brake === 'held' ? held : refused
        gauge.set({ tenant, system }, error === undefined ? 0 : 1)
      },
      slice: ({ tenant, shard }) => ({
        ended({ ms, outcome, sends: sent }) {
          const kind = kindOf(shard)
          slices.add({ tenant, kind, outcome })
          sliceSeconds.observe({ tenant, kind }, ms / 1000)
          if (sent > 0) sliceSends.add({ tenant }, sent)
        },
      }),
      leaseLost: ({ tenant }) => leasesLost.add({ tenant }),
    },
    hooks(tenant) {
      for (const system of knownCircuits.get(tenant) ?? []) circuits.set({ tenant, system }, 0)
      const seen = new Set<string>()
      knownCircuits.set(tenant, seen)
      return {
        attempt:
          ({ system, operation }) =>
          ({ ms, errorCode }) => {
            attempts.add({ tenant, system, operation, outcome: errorCode ?? 'ok' })
            attemptSeconds.observe({ tenant, system, operation }, ms / 1000)
          },
        circuit({ system, open }) {
          seen.add(system)
          circuits.set({ tenant, system }, open ? 1 : 0)
        },
      }
    },
    backlog(backlogs) {
      for (const gauge of [waiting, failing, failures, oldestDue]) gauge.clear()
      ledgerUp.set({}, backlogs === undefined ? 0 : 1)
      for (const [tenant, { waiting: count, oldestDueAt, failing: causes }] of backlogs ?? []) {
        waiting.set({ tenant }, count)
        oldestDue.set({ tenant }, oldestDueAt === null ? 0 : Math.max(0, now() - oldestDueAt / 1000))
        failing.set(
          { tenant },
          Object.values(causes).reduce((sum, dossiers) => sum + dossiers, 0),
        )
        for (const [cause, dossiers] of Object.entries(causes)) failures.set({ tenant, cause }, dossiers)
      }
    },
    fileServed({ tenant, outcome, bytes }) {
      files.add({ tenant: tenant ?? '', outcome })
      if (bytes > 0) fileBytes.add({ tenant: tenant ?? '' }, bytes)
    },
    text() {
      const { user, system } = process.cpuUsage()
      cpu.add({}, (user + system) / 1e6 - cpuTold)
      cpuTold = (user + system) / 1e6
      memory.set({}, process.memoryUsage.rss())
      return out.text()
    },
  }
}

/** `send/3` and `send/4` are two of many; a label has few values. */
function kindOf(shard: string): string {
  return shard.split('/', 1)[0] ?? shard
}
