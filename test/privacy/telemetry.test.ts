/** What programs that import the library see of a call: hooks, logs and errors. None of it is about a person (I6). */
import { expect, onTestFinished, test } from 'vitest'
import { isLienthongError, type Logger } from '../../src/base/index.js'
import { nationalPortal, openCps } from '../../src/connectors/index.js'
import { fromDossierRow, loadDefaults, progressOf, toDossierRecord, toProgressStep } from '../../src/mappers/index.js'
import { FAULT_KINDS, startSandbox } from '../../src/sandbox/index.js'
import { type OpenTelemetryApi, openTelemetry } from '../../src/transport/index.js'
import { certifiedCopy } from '../mappers/made-up.js'
import { canaryRow, marks } from './canary-people.js'
import { leaksOf } from './leaks.js'

/** Remembers whatever an observer is told. */
function observers() {
  const told: unknown[] = []
  const tell = (...what: unknown[]) => void told.push(what)
  const api: OpenTelemetryApi = {
    trace: {
      getTracer: () => ({
        startSpan: (...started) => {
          tell(...started)
          return { setAttribute: tell, setStatus: tell, end: tell }
        },
      }),
    },
    metrics: { getMeter: () => ({ createHistogram: () => ({ record: tell }) }) },
  }
  const logger: Logger = { trace: tell, debug: tell, info: tell, warn: tell, error: tell }
  return { told, hooks: openTelemetry(api), logger, tell }
}

test('spans, measures, logs at every level and errors of both connectors hold no canary, whatever goes wrong', { timeout: 300_000 }, async () => {
  const sandbox = await startSandbox({ seed: 3, options: { portal: { lookUp: 'echo' } } })
  onTestFinished(() => sandbox.stop())
  sandbox.makeProvince({ seed: 3, dossiers: 5 })
  const { told, hooks, logger, tell } = observers()
  const [portalAt, oneStopAt] = [sandbox.systems['national-portal'], sandbox.systems['one-stop-opencps']]
  const common = {
    hooks,
    logger,
    timeouts: { readMs: 150 },
    retry: { attempts: 2, firstMs: 1, maxMs: 5, maxRetryAfterMs: 5 },
    breaker: { failures: 1000 },
  }
  const portal = nationalPortal({
    adapterUrl: portalAt?.url ?? '',
    agencyCode: '000.00.00.H99',
    dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
    credentials: { username: portalAt?.credentials.username ?? '', password: portalAt?.credentials.password ?? '' },
    ...common,
  })
  const source = openCps({
    baseUrl: oneStopAt?.url ?? '',
    groupId: oneStopAt?.credentials.groupId ?? '',
    credentials: { username: oneStopAt?.credentials.username ?? '', password: oneStopAt?.credentials.password ?? '' },
    ...common,
  })
  const tables = loadDefaults('ndjson')
  await portal.login()
  let calls = 0
  const observe = async (call: () => Promise<unknown>) => {
    calls += 1
    try {
      const outcome = (await call()) as { answer?: { code: string | null; message: string | null } } | undefined
      tell(outcome?.answer === undefined ? null : [outcome.answer.code, outcome.answer.message])
    } catch (error) {
      if (!isLienthongError(error)) throw error
      tell(error.message, error.stack, error.values, error.text, error.hintText, JSON.stringify(error))
    }
  }

  for (const [index, kind] of FAULT_KINDS.entries()) {
    const dossier = fromDossierRow(canaryRow(index + 1, 'fine', { procedure: certifiedCopy, edition: 2 }), { provinceAgencyCode: '000.00.00.H99' })
    if (!dossier.ok) throw new Error('the canary is no dossier')
    const record = toDossierRecord(dossier.value, { code: dossier.value.nationalCode ?? '', procedure: certifiedCopy, tables })
    const progress = progressOf(dossier.value, {})
    if (!record.ok || !progress.ok) throw new Error(`the canary cannot be sent: ${JSON.stringify([record.findings, progress.findings])}`)
    const steps = progress.value
      .map((step) => toProgressStep(step, { code: record.value.MaHoSo, agencyName: dossier.value.agency.name }))
      .flatMap((one) => (one.ok ? [one.value] : []))
    for (const updating of [false, true, false]) {
      sandbox.faults({ seed: index, rules: updating ? [] : [{ kind, times: 2, delayMs: 20 }] })
      await observe(() => portal.submitDossier(record.value, { updating }))
      await observe(() => portal.addProgress(steps))
      await observe(() => portal.lookUpDossier(record.value.MaHoSo))
      await observe(() => source.listDossiers({ start: 0, end: 5 }))
    }
  }

  expect(calls).toBe(FAULT_KINDS.length * 12)
  expect(JSON.stringify(sandbox.dossiers())).toContain(marks.name)
  expect(told.length).toBeGreaterThan(calls * 3)
  const text = JSON.stringify(told)
  expect(text).toContain('bị từ chối theo kịch bản kiểm thử')
  expect(leaksOf(marks)('telemetry, logs and errors', text)).toEqual([])
  for (const secret of [portalAt?.credentials.password, oneStopAt?.credentials.password]) expect(text).not.toContain(`"${secret}"`)
})
