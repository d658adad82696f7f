/** The portal with a simulated payment platform on this machine, for trying it by hand and in tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type ConfigInput, newLedgerKey } from 'lienthong'
import { type Sandbox, startSandbox } from 'lienthong/sandbox'

export interface SandboxProvince {
  /** Of the portal. */
  readonly url: string
  readonly sandbox: Sandbox
  stop(): Promise<void>
}

export async function startSandboxProvince(): Promise<SandboxProvince> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-checkout-'))
  const sandbox = await startSandbox()
  const { urls, credentials } = sandbox.systems['payment-platform'] ?? {}
  const { partner = '', secret = '' } = credentials ?? {}
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  sandbox.payments.register({
    partner,
    callbackUrl: `${url}/nen-tang/tinh-mau/results/${partner}`,
    returnUrl: `${url}/ket-qua`,
    inquiryUrl: `${url}/nen-tang/tinh-mau/inquiries`,
  })
  const config: ConfigInput = {
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', paymentsUrl: 'sqlite:./payments.db', key: { file: './lienthong.key' } },
    tenants: {
      'tinh-mau': {
        agencyCode: '000.00.00.H99',
        sources: { desk: { dialect: 'file-ndjson', file: './dossiers.ndjson' } },
        portal: { adapterUrl: sandbox.systems['national-portal']?.url ?? '', credentials: {} },
        payments: {
          ip: '203.0.113.10',
          partners: [{ partner, urls: urls ?? {}, secret: { env: 'PAYMENT_SECRET' } }],
          accounts: [
            { account: '0000000000001', bankCode: '00000000', accountName: 'UBND XA MAU', duty: 'fees' },
            { account: '3949000000099', bankCode: '0011', accountName: 'KHO BAC MAU', duty: 'fine' },
          ],
          inquiries: { access: { peers: ['127.0.0.1'] } },
        },
      },
    },
  }
  writeFileSync(join(folder, 'dossiers.ndjson'), '')
  writeFileSync(join(folder, 'lienthong.key'), newLedgerKey(), { mode: 0o600 })
  writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config, null, 2))
  const environment = { ...process.env, PAYMENT_SECRET: secret, PORT: String(port) }
  const portal = spawn(process.execPath, [join(import.meta.dirname, 'portal.ts')], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    portal.kill()
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await line(portal, 'listening')
  } catch (error) {
    await stop()
    throw error
  }
  return { url, sandbox, stop }
}

async function line(process: ChildProcess, message: string): Promise<void> {
  if (process.stdout === null) throw new Error('no output')
  const lines = createInterface({ input: process.stdout })
  for await (const text of lines) {
    if (!text.includes(message)) continue
    process.stdout.resume()
    return
  }
  throw new Error(`the portal ended without saying ${message}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
