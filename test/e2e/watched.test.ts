/** The built command under supervision, as systemd, Prometheus and a collector see it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { start } from './processes.js'
import { provinceOfProcesses } from './province.js'

const api = import.meta.resolve('@opentelemetry/api')
/** Stands for an SDK: says on stderr which spans it was given. */
const telemetry = `
import { trace } from '${api}'
const span = { setAttribute: () => span, setStatus: () => span, end() {} }
trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan: (name) => (process.stderr.write('span: ' + name + '\\n'), span) }) })
`

test('the SDK that was registered gets the passes and attempts of sync watch, and SIGTERM ends it clean', {
  timeout: 300_000,
}, async () => {
  const { folder } = await provinceOfProcesses({ dossiers: 10 })
  const module = join(folder, 'telemetry.mjs')
  writeFileSync(module, telemetry)
  const watch = start(['sync', 'watch', '--listen', '0', '--log-level', 'info', '--json'], {
    folder,
    shell: `export OTEL_SERVICE_NAME=lienthong NODE_OPTIONS='--import ${pathToFileURL(module).href}'`,
  })
  await watch.said('"msg":"pass ended')
  watch.child.kill('SIGTERM')
  const { code, out, err } = await watch.ended
  expect(code).toBe(130)
  expect(JSON.parse(out)).toEqual({ schema: 1, passes: 1 })
  for (const span of ['lienthong pass', 'lienthong reading', 'national-portal DongBoHoSoMC']) expect(err).toContain(`span: ${span}`)
})

test('sync watch serves metrics and health, between passes too', { timeout: 300_000 }, async () => {
  const { folder } = await provinceOfProcesses({ dossiers: 10 })
  const watch = start(['sync', 'watch', '--listen', '0', '--log-level', 'info'], { folder })
  let err = ''
  watch.child.stderr?.on('data', (text: string) => {
    err += text
  })
  await watch.said('"msg":"pass ended')
  const [, origin = ''] = /(http:\/\/127\.0\.0\.1:\d+)\/metrics/.exec(err) ?? []
  const get = async (path: string) => (await fetch(origin + path)).text()
  expect(await get('/metrics')).toMatch(/^lienthong_passes_total\{tenant="[\w-]+",outcome="\w+"\} 1$/m)
  expect(await get('/metrics')).toMatch(/^lienthong_build_info\{version="\d+\.\d+\.\d+",node="v\d+/m)
  expect(JSON.parse(await get('/health/ready'))).toMatchObject({ schema: 1, status: 'ready' })
  watch.child.kill('SIGTERM')
  expect((await watch.ended).code).toBe(130)
})
