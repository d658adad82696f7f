/** Two provinces merged on 1 July 2025: one configuration, the sandbox's portal, which lets an account speak for its own agency alone. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { assembleTenant, type ConfigInput, loadConfig } from '../../../src/config/index.js'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../../src/ledger/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { runPass } from '../../../src/sync/index.js'
import { emptyFolder } from '../../cli/command-line.js'
import { manualClock } from '../../transport/manual-clock.js'

const NEW = '000.00.00.H99'
const OLD = '000.00.00.H98'
const oldNumber = '000.00.12.H98-250630-0001'
const newNumber = '000.00.12.H99-250701-0001'

const agencies = [
  { code: OLD, name: 'UBND tỉnh Cũ', validTo: '2025-07-01', successor: NEW },
  { code: NEW, name: 'UBND tỉnh Mẫu' },
  { code: '000.00.12.H98', name: 'Sở Cũ', validTo: '2025-07-01', successor: '000.00.12.H99' },
  { code: '000.00.12.H99', name: 'Sở Mẫu' },
]

interface Row {
  readonly localCode: string
  readonly day: string
  readonly summary?: string
  readonly agencyCode?: string
  readonly agencyName?: string
}

/** The one-stop system of the new province names its own unit for every dossier. */
const line = ({ localCode, day, summary = 'bản 1', agencyCode = '000.00.12.H99', agencyName = 'Sở Mẫu' }: Row) =>
  JSON.stringify({
    localCode,
    procedureCode: '1.001612',
    agencyCode,
    agencyName,
    applicantName: 'Nguyễn Văn Mẫu',
    applicantKind: 'citizen',
    channel: 'direct',
    returnBy: 'counter',
    status: 4,
    summary,
    submittedAt: `${day}T08:00:00+07:00`,
    receivedAt: `${day}T08:15:00+07:00`,
    dueAt: `${day}T16:15:00+07:00`,
    fees: [],
  })

async function province(options: { readonly accounts?: ConfigInput['tenants'][string]['portal']['accounts']; readonly now?: number } = {}) {
  const sandbox = await startSandbox({
    options: {
      portal: {
        accounts: [
          { username: 'new', password: 'p', agencyCode: NEW },
          { username: 'old', password: 'p', agencyCode: OLD },
        ],
      },
    },
  })
  const folder = emptyFolder()
  const clock = manualClock(options.now)
  const login = (username: string, password = 'PASSWORD') => ({ username, password: { env: password } })
  const config: ConfigInput = {
    version: 1,
    ledger: { url: 'sqlite::memory:', key: { env: 'KEY' } },
    tenants: {
      mau: {
        agencyCode: NEW,
        agencies,
        sources: { rows: { dialect: 'file-ndjson', file: './rows.ndjson' } },
        procedures: { list: [{ localCode: '1.001612', nationalCode: '1.001612', name: 'Đăng ký thành lập hộ kinh doanh' }] },
        portal: {
          adapterUrl: sandbox.systems['national-portal']!.url,
          accounts: options.accounts ?? [{ agencyCode: OLD, credentials: login('old'), validTo: '2027-01-01' }, { credentials: login('new') }],
        },
      },
    },
  }
  const environment: Record<string, string> = { PASSWORD: 'p', WRONG: 'x' }
  const ledger = await openLedger({ url: 'sqlite::memory:', key: parseLedgerKey(newLedgerKey()) as Uint8Array, access: 'write', clock })
  onTestFinished(async () => {
    await ledger.close()
    await sandbox.stop()
  })
  return {
    sandbox,
    clock,
    environment,
    tenant: config.tenants.mau!,
    portal: config.tenants.mau!.portal,
    journalOf: (code: string) => ledger.db.selectFrom('journal').select('outcome').where('code', '=', code).execute(),
    /** As a new process does: reads the configuration again. */
    async run(rows: readonly Row[]) {
      writeFileSync(join(folder, 'rows.ndjson'), rows.map(line).join('\n'))
      writeFileSync(join(folder, 'lienthong.config.json'), JSON.stringify(config))
      const loaded = await loadConfig(undefined, folder, environment)
      return runPass(await assembleTenant(loaded, 'mau', ledger, { clock }))
    },
    held: () =>
      Object.fromEntries(sandbox.dossiers().map(({ maHoSo, record, creates, updates, steps }) => [maHoSo, { record, creates, updates, steps }])),
  }
}

const rows: readonly Row[] = [
  { localCode: oldNumber, day: '2025-06-30', agencyCode: '000.00.12.H98', agencyName: 'Sở Cũ' },
  { localCode: newNumber, day: '2025-07-01' },
]

describe('a province that merged', () => {
  test('reports its predecessor’s dossiers under their old codes, through the account that speaks for them, one session each', async () => {
    const { run, held, sandbox } = await province()
    expect(await run(rows)).toMatchObject({ outcome: 'done', failing: 0, waiting: 0, stopped: undefined })
    expect(held()).toMatchObject({
      [oldNumber]: { creates: 1, record: { DonViXuLy: 'Sở Cũ' } },
      [newNumber]: { creates: 1, record: { DonViXuLy: 'Sở Mẫu' } },
    })
    // The portal refuses an account that names another agency: nothing was refused.
    expect(sandbox.requests()).toMatchObject({ logins: 2, refused: 0 })
  })

  test('an update by the successor, who names himself, keeps code and agency and doubles no step', async () => {
    const { run, held } = await province()
    await run(rows)
    const steps = held()[oldNumber]?.steps
    await run([{ localCode: oldNumber, day: '2025-06-30', summary: 'bản 2' }, rows[1] as Row])
    expect(held()[oldNumber]).toMatchObject({ creates: 1, updates: 1, record: { DonViXuLy: 'Sở Cũ', TrichYeuHoSo: 'bản 2' } })
    expect(held()[oldNumber]?.steps).toEqual(steps)
  })

  test('a unit that is renamed at its source, without any table, doubles no boundary step', async () => {
    const { run, held, tenant } = await province()
    delete tenant.agencies
    const renamed = (agencyName: string) => [{ localCode: newNumber, day: '2025-07-01', agencyName }]
    await run(renamed('Sở Mẫu'))
    await run(renamed('Sở Mẫu mới'))
    expect(held()[newNumber]).toMatchObject({ updates: 1, record: { DonViXuLy: 'Sở Mẫu mới' } })
    expect(held()[newNumber]?.steps).toHaveLength(1)
  })

  test('a refused account keeps its own dossiers waiting and no others, is not shown again, and goes on when it is corrected', async () => {
    const login = (username: string, password: string) => ({ username, password: { env: password } })
    const { run, held, sandbox, environment, clock, journalOf } = await province({
      accounts: [{ agencyCode: OLD, credentials: login('old', 'WRONG'), validTo: '2027-01-01' }, { credentials: login('new', 'PASSWORD') }],
    })
    const first = await run(rows)
    expect(first).toMatchObject({ waiting: 1, failing: 0, outcome: 'incomplete', stopped: { code: 'portal.login_refused' } })
    expect(Object.keys(held())).toEqual([newNumber])
    const { refused } = sandbox.requests()
    clock.advance(3_600_000)
    expect(await run(rows)).toMatchObject({ waiting: 1, stopped: { code: 'sync.login_waits' } })
    expect(sandbox.requests().refused).toBe(refused)
    expect(await journalOf(oldNumber)).toEqual([])

    environment.WRONG = 'p'
    clock.advance(3_600_000)
    expect(await run(rows)).toMatchObject({ waiting: 0, stopped: undefined, outcome: 'done' })
    expect(held()[oldNumber]).toMatchObject({ creates: 1 })
  })

  test('the day of sending decides which account is shown: the old one until its end, then the one that holds', async () => {
    const login = (username: string) => ({ username, password: { env: 'PASSWORD' } })
    const { run, held, clock, portal } = await province({
      now: Date.UTC(2025, 5, 30, 3),
      accounts: [
        { agencyCode: OLD, credentials: login('old'), validTo: '2025-07-01' },
        { credentials: login('new'), validFrom: '2025-07-01' },
      ],
    })
    await run(rows.slice(0, 1))
    expect(Object.keys(held())).toEqual([oldNumber])
    clock.advance(24 * 3_600_000)
    // Nobody speaks for the predecessor any more, and this portal takes nothing in its name from another account.
    const renewed = (summary: string) => [{ ...(rows[0] as Row), summary }]
    expect(await run(renewed('bản 2'))).toMatchObject({ failing: 1, stopped: undefined })
    // For such a portal: the account names its own unit, the dossier keeps its number and its agency.
    portal.madonvi = 'account'
    expect(await run(renewed('bản 3'))).toMatchObject({ failing: 0, waiting: 0 })
    expect(held()[oldNumber]).toMatchObject({ creates: 1, updates: 1, record: { DonViXuLy: 'Sở Cũ', TrichYeuHoSo: 'bản 3' } })
  })
})
