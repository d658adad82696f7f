/** The command from start to end: links are served, counted, logged and looked at by the doctor. */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { lienthong } from './command-line.js'
import { installedProvince, TENANT } from './installed-province.js'

const line = (path: string) =>
  JSON.stringify({
    ...{ localCode: '000.00.12.H99-261001-0001', procedureCode: '1.001612', agencyCode: '000.00.12.H99', agencyName: 'Sở Mẫu' },
    ...{ applicantName: 'Nguyễn Văn Mẫu', applicantKind: 'citizen', channel: 'online', returnBy: 'counter', status: 10, fees: [] },
    ...{ submittedAt: '2026-10-01T08:00:00+07:00', receivedAt: '2026-10-01T08:15:00+07:00', dueAt: '2026-10-09T16:15:00+07:00' },
    ...{ finishedAt: '2026-10-08T08:00:00+07:00', returnedAt: '2026-10-08T09:00:00+07:00' },
    results: [{ name: 'Nguyễn Văn Mẫu - kết quả.pdf', file: { path }, resultCode: 'KQ.G15.000031' }],
  })

async function province() {
  const installed = await installedProvince({ dossiers: 0 })
  const { folder } = installed
  writeFileSync(join(folder, 'rows.ndjson'), line('ket-qua.pdf'))
  writeFileSync(join(folder, 'ket-qua.pdf'), '%PDF-1.7 kết quả')
  const configure = (publicUrl: string | undefined) =>
    installed.configure((_config, tenant) => {
      tenant.sources = { desk: { dialect: 'file-ndjson', file: './rows.ndjson', files: { roots: ['.'] } } }
      tenant.procedures = { list: [{ localCode: '1.001612', nationalCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }] }
      if (publicUrl === undefined) delete tenant.files
      else tenant.files = { publicUrl }
    })
  return { ...installed, configure }
}

test('serves what the portal was led to; the log tells each request and nobody’s name, the doctor opens a sample', async () => {
  const { folder, sandbox, configure } = await province()
  // The port is known only once it serves: links are made for it afterwards.
  configure('http://127.0.0.1:1/lt')
  expect((await lienthong(['sync', 'run'], { folder })).code).toBe(0)
  const stop = new AbortController()
  let ready = (_origin: string) => {}
  const origin = new Promise<string>((resolve) => {
    ready = resolve
  })
  const served = lienthong(['files', 'serve', '--port', '0', '--lang', 'en'], {
    folder,
    signal: stop.signal,
    onErr: (text) => {
      const found = /served at (http:\S+);/.exec(text)?.[1]
      if (found) ready(found)
    },
  })
  const at = await Promise.race([origin, served.then(({ err }) => Promise.reject(new Error(err)))])
  configure(`${at}/lt`)
  expect((await lienthong(['sync', 'run', '--resend-closed'], { folder })).code).toBe(0)
  const link = sandbox.dossiers()[0]?.record.DanhSachGiayToKetQua?.[0]?.DuongDanTepTinKetQua ?? ''
  expect(link).toMatch(/\/lt\/1\.[\w-]{43}$/)
  expect(await (await fetch(link)).text()).toBe('%PDF-1.7 kết quả')
  // A web server before us may take the path away.
  expect((await fetch(link.replace('/lt/', '/'))).status).toBe(200)
  expect((await fetch(`${link}0`)).status).toBe(404)

  const doctor = JSON.parse((await lienthong(['doctor', '--json'], { folder })).out) as { tenants: { checks: { id: string; state: string }[] }[] }
  expect(doctor.tenants[0]?.checks.filter(({ id }) => id.startsWith('files.')).map(({ id, state }) => [id, state])).toEqual([
    ['files.wrong-token', 'ok'],
    ['files.sample', 'ok'],
  ])
  const status = JSON.parse((await lienthong(['status', '--json'], { folder })).out) as { tenants: { files: unknown }[] }
  expect(status.tenants[0]?.files).toEqual({ links: 1, dossiers: 1 })

  stop.abort()
  const { code, err } = await served
  expect(code).toBe(0)
  const log = err
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .filter(({ msg }) => msg === 'file link')
  expect(log.map(({ outcome, status: answered, code: dossier }) => [outcome, answered, dossier]).slice(0, 3)).toEqual([
    ['sent', 200, '000.00.12.H99-261001-0001'],
    ['sent', 200, '000.00.12.H99-261001-0001'],
    ['unknown-link', 404, null],
  ])
  expect(log[0]).toMatchObject({ tenant: TENANT, source: 'desk', bytes: 20, peer: '127.0.0.1' })
  expect(err).not.toMatch(/Mẫu|ket-qua|kết quả/)
  expect(err).not.toContain(link.split('/').at(-1))
})

describe('the doctor', () => {
  const filesChecks = async (folder: string) => {
    const { out } = await lienthong(['doctor', '--json', '--lang', 'en'], { folder })
    const { tenants } = JSON.parse(out) as { tenants: { checks: { id: string; state: string; what: string; hint?: string }[] }[] }
    return tenants[0]?.checks.filter(({ id }) => id.startsWith('files')) ?? []
  }

  test('says what is missing where sources have files and nobody is led to them', async () => {
    const { folder, configure } = await province()
    configure(undefined)
    expect(await filesChecks(folder)).toMatchObject([{ id: 'files', state: 'warn', hint: expect.stringContaining('4.1') as string }])
  })

  test('names the hop where the public address is not reached, and something else that answers there', async () => {
    const { folder, configure } = await province()
    configure('http://127.0.0.1:1/lt')
    expect(await filesChecks(folder)).toMatchObject([{ id: 'files.reach', state: 'error', what: expect.stringContaining('127.0.0.1:1') as string }])
    const other = createServer((_request, response) => response.end('a page'))
    onTestFinished(() => void other.close())
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    configure(`http://127.0.0.1:${(other.address() as AddressInfo).port}/lt`)
    expect(await filesChecks(folder)).toMatchObject([
      { id: 'files.wrong-token', state: 'error', what: expect.stringContaining('HTTP 200') as string },
    ])
  })
})

test('refuses to begin where no tenant has a public address, and on a port that is taken', async () => {
  const { folder, configure, sandbox } = await province()
  configure('http://127.0.0.1:1/lt')
  await lienthong(['sync', 'run'], { folder })
  const { port } = new URL(sandbox.origin)
  expect(await lienthong(['files', 'serve', '--port', port, '--lang', 'en'], { folder })).toMatchObject({
    code: 2,
    err: expect.stringContaining('--port') as string,
  })
  configure(undefined)
  expect(await lienthong(['files', 'serve', '--port', '0', '--lang', 'en'], { folder })).toMatchObject({
    code: 2,
    err: expect.stringContaining('files.publicUrl') as string,
  })
})
