/** What an integrator would have written for the demo's province: configuration, key, secrets, tables, procedures. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ConfigInput } from '../../config/index.js'
import { newLedgerKey } from '../../ledger/index.js'
import type { ProvinceSetup } from '../../sandbox/index.js'
import { scopeOfSetup, tablesOfSetup } from '../../testing/province.js'
import type { RunningSandbox } from './sandbox-process.js'

export const DEMO_TENANT = 'demo'

/**
 * @param catalogue national codes come from the two catalogues, which have to be pulled and matched first; otherwise from a list that
 *   somebody filled in
 * @returns the path of the configuration
 */
export function writeDemoProvince(
  folder: string,
  told: Record<string, unknown>,
  systems: RunningSandbox['systems'],
  { faults, catalogue = false }: { readonly faults: boolean; readonly catalogue?: boolean },
): string {
  const setup = told as unknown as ProvinceSetup
  const portal = systems['national-portal']
  const oneStop = systems['one-stop-opencps']
  const write = (name: string, content: string, mode = 0o644) => writeFileSync(join(folder, name), content, { mode })
  mkdirSync(join(folder, 'secrets'), { recursive: true, mode: 0o700 })
  write('lienthong.key', newLedgerKey(), 0o600)
  write('secrets/portal-password', portal?.credentials.password ?? '', 0o600)
  write('secrets/one-stop-password', oneStop?.credentials.password ?? '', 0o600)
  write('tables.yaml', `# As this province's IT department would write it.\n${stringify(tablesOfSetup(setup))}`)
  if (!catalogue) write('procedures.jsonl', `${setup.procedures.map((procedure) => JSON.stringify(procedure)).join('\n')}\n`)
  const config: ConfigInput = {
    version: 1,
    ledger: { url: 'sqlite:./lienthong.db', key: { file: './lienthong.key' } },
    tenants: {
      [DEMO_TENANT]: {
        agencyCode: setup.agencyCode,
        production: false,
        sources: {
          'one-stop': {
            dialect: 'opencps-v2',
            url: oneStop?.url ?? '',
            groupId: oneStop?.credentials.groupId ?? '',
            credentials: { username: oneStop?.credentials.username ?? '', password: { file: './secrets/one-stop-password' } },
            since: setup.oldest.slice(0, 10),
          },
        },
        portal: {
          dialect: 'vpcp-2020',
          adapterUrl: portal?.url ?? '',
          dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
          credentials: { username: portal?.credentials.username ?? '', password: { file: './secrets/portal-password' } },
          ...(faults ? { timeouts: { readMs: 1000 }, retry: { firstMs: 50, maxMs: 500 } } : {}),
        },
        tables: './tables.yaml',
        ...(catalogue ? catalogueSettings(systems, write) : { procedures: { file: './procedures.jsonl' } }),
        ...paymentSettings(systems, write),
        scope: [...scopeOfSetup(setup)],
        sync: faults ? faultySettings : { concurrency: 16 },
      },
    },
  }
  const path = join(folder, 'lienthong.config.json')
  writeFileSync(path, `${JSON.stringify(config, null, 2)}\n`)
  return path
}

/** Short waits, so that the story ends today; and nobody sits here to decide on a supplement request whose answer was lost. */
const faultySettings = {
  concurrency: 16,
  retry: { firstMs: 400, maxMs: 5000 },
  patienceMs: 60_000,
  callTimeoutMs: 2000,
  onUnknownSteps: { default: 'resend' },
} as const

type Write = (name: string, content: string, mode: number) => void

function paymentSettings(systems: RunningSandbox['systems'], write: Write) {
  const platform = systems['payment-platform']
  if (platform === undefined) return {}
  write('secrets/payments', platform.credentials.secret ?? '', 0o600)
  return {
    payments: {
      ip: '203.0.113.10',
      partners: [
        {
          partner: platform.credentials.partner ?? '',
          urls: platform.urls ?? {},
          secret: { file: './secrets/payments' },
          retry: { firstMs: 50, maxMs: 200 },
          timeouts: { readMs: 1000 },
        },
      ],
      accounts: [
        { account: '0000000000001', bankCode: '00000000', accountName: 'UBND XA MAU', duty: 'fees' },
        { account: '3949000000099', bankCode: '0011', accountName: 'KHO BAC MAU', duty: 'fine' },
      ],
      inquiries: { access: { peers: ['127.0.0.1'] } },
    },
  } satisfies Partial<ConfigInput['tenants'][string]>
}

function catalogueSettings(systems: RunningSandbox['systems'], write: Write) {
  const database = systems['procedure-database']
  const upload = systems['procedure-database-upload']
  const services = systems['procedure-database-services']
  write('secrets/procedures-password', database?.credentials.password ?? '', 0o600)
  return {
    procedures: { source: 'one-stop' },
    procedureDatabase: {
      dialect: 'native',
      url: database?.url ?? '',
      dstcode: database?.credentials.dstcode ?? '',
      endpoints: { share: database?.credentials.share ?? '', integration: database?.credentials.integration ?? '' },
      credentials: { username: database?.credentials.username ?? '', password: { file: './secrets/procedures-password' } },
    },
    publish: {
      linkHosts: [new URL(services?.url ?? 'http://127.0.0.1').hostname],
      upload: {
        url: upload?.url ?? '',
        service: 'DongBoDichVuCong',
        auth: 'session',
        headers: { dstcode: database?.credentials.dstcode ?? '' },
        loginUrl: `${database?.url ?? ''}/mapi/login`,
        credentials: { username: upload?.credentials.username ?? '', password: { file: './secrets/procedures-password' } },
      },
    },
  } satisfies Partial<ConfigInput['tenants'][string]>
}
