import { describe, expect, test } from 'vitest'
import { LienthongError } from '../../../src/base/index.js'
import type { NationalPortal } from '../../../src/connectors/index.js'
import type { LocalDate } from '../../../src/domain/index.js'
import { type PortalAccount, portalAccounts } from '../../../src/sync/index.js'
import { record, step } from '../../connectors/national-portal/cast.js'
import { manualClock } from '../../transport/manual-clock.js'

const OWN = '000.00.00.H99'
const OLD = '000.00.00.H98'
const day = (text: string) => text as LocalDate

/** Writes down who was called and in whose name; refuses when told to. */
function desk(name: string, agencyCode: string, days: { from?: string; to?: string } = {}) {
  const calls: string[] = []
  let refuse = false
  const call = async (what: string, madonvi: string | undefined) => {
    calls.push(`${what} ${madonvi}`)
    if (refuse) throw new LienthongError('portal.login_refused', { values: { agency: agencyCode, answer: 'Sai mật khẩu' } })
    return { outcome: 'accepted' as const, answer: { code: '0', message: null, raw: '' } }
  }
  const portal = {
    submitDossier: async (_, { agencyCode: unit }) => call('record', unit),
    addProgress: async (_, { agencyCode: unit } = {}) => call('steps', unit),
    lookUpDossier: async (_, { agencyCode: unit } = {}) => {
      await call('lookup', unit)
      return { exists: true, rows: [] }
    },
  } as Partial<NationalPortal> as NationalPortal
  const account: PortalAccount = {
    name,
    agencyCode,
    validFrom: days.from === undefined ? null : day(days.from),
    validTo: days.to === undefined ? null : day(days.to),
    account: name,
    portal,
  }
  return {
    account,
    calls,
    refuse(now: boolean) {
      refuse = now
    },
  }
}

const clockAt = (iso: string) => manualClock(Date.parse(iso))

describe('which account is shown', () => {
  test('the one of the dossier’s unit, for record, steps and lookup alike', async () => {
    const [old, own] = [desk('old', OLD), desk('own', OWN)]
    const { portal } = portalAccounts([old.account, own.account], { agencyCode: OWN, clock: manualClock() })
    await portal.submitDossier(record, { updating: false, agencyCode: OLD })
    await portal.addProgress([step], { agencyCode: OLD })
    await portal.lookUpDossier('x', { agencyCode: OLD })
    await portal.submitDossier(record, { updating: false, agencyCode: OWN })
    await portal.addProgress([step])
    expect(old.calls).toEqual([`record ${OLD}`, `steps ${OLD}`, `lookup ${OLD}`])
    expect(own.calls).toEqual([`record ${OWN}`, `steps ${OWN}`])
  })

  test('the day turns at midnight in Viet Nam, in the middle of a pass', async () => {
    const [before, after] = [desk('before', OWN, { to: '2025-07-01' }), desk('after', OWN, { from: '2025-07-01' })]
    const clock = clockAt('2025-06-30T16:59:59Z')
    const { portal } = portalAccounts([before.account, after.account], { agencyCode: OWN, clock })
    await portal.submitDossier(record, { updating: false })
    clock.advance(1000)
    await portal.submitDossier(record, { updating: true })
    expect([before.calls.length, after.calls.length]).toEqual([1, 1])
  })

  test('for a unit without an account that of the tenant, in the unit’s name or in its own', async () => {
    const [old, own] = [desk('old', OLD, { to: '2025-07-01' }), desk('own', OWN)]
    const clock = clockAt('2025-08-01T00:00:00Z')
    for (const madonvi of ['dossier', 'account'] as const) {
      const { portal } = portalAccounts([old.account, own.account], { agencyCode: OWN, madonvi, clock })
      await portal.submitDossier(record, { updating: true, agencyCode: OLD })
    }
    expect(own.calls).toEqual([`record ${OLD}`, `record ${OWN}`])
    expect(old.calls).toEqual([])
  })

  test('when none holds today, nothing is sent and the setting is named', async () => {
    const { account, calls } = desk('gone', OWN, { to: '2025-07-01' })
    const { portal } = portalAccounts([account], { agencyCode: OWN, clock: clockAt('2025-08-01T00:00:00Z') })
    await expect(portal.submitDossier(record, { updating: false })).rejects.toMatchObject({ code: 'config.invalid', kind: 'config' })
    expect(calls).toEqual([])
  })
})

describe('an account that is not let in', () => {
  test('is asked once; what goes through it waits, and the other goes on', async () => {
    const [old, own] = [desk('old', OLD), desk('own', OWN)]
    old.refuse(true)
    const { portal, accounts } = portalAccounts([old.account, own.account], { agencyCode: OWN, clock: manualClock() })
    for (let turn = 0; turn < 3; turn++) {
      await expect(portal.submitDossier(record, { updating: false, agencyCode: OLD })).rejects.toMatchObject({ code: 'sync.account_waits' })
      await portal.submitDossier(record, { updating: false, agencyCode: OWN })
    }
    expect(old.calls).toHaveLength(1)
    expect(own.calls).toHaveLength(3)
    expect(accounts.map(({ outcome }) => [outcome.refused?.code, outcome.letIn])).toEqual([
      ['portal.login_refused', false],
      [undefined, true],
    ])
  })

  test('is not asked at all when it was refused before, and may be tried by a new pass', async () => {
    const { account, calls } = desk('own', OWN)
    const { portal, accounts } = portalAccounts([account], { agencyCode: OWN, clock: manualClock() })
    accounts[0]?.begin(new LienthongError('sync.login_waits', { values: { system: 'x', since: 'y' } }))
    await expect(portal.submitDossier(record, { updating: false })).rejects.toMatchObject({ code: 'sync.account_waits', kind: 'throttled' })
    expect(calls).toEqual([])
    accounts[0]?.begin(undefined)
    await portal.submitDossier(record, { updating: false })
    expect(calls).toHaveLength(1)
  })
})
