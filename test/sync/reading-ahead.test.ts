import { expect, test } from 'vitest'
import { runPass } from '../../src/sync/index.js'
import { card, openOffice, TENANT } from './office.js'

test('a pass that stops while the next handful is read leaves none of it marked as leaving', async () => {
  const { sync, ledger, portal } = await openOffice({
    cards: Array.from({ length: 64 }, (_, n) => card(n)),
    sync: { settings: { concurrency: 2 } },
  })
  let handfuls = 0
  const slowLedger = {
    ...ledger,
    async dueDossiers(...asked: Parameters<typeof ledger.dueDossiers>) {
      handfuls += 1
      if (handfuls === 2) {
        portal.fault = () => 'login-refused'
        for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
      }
      return ledger.dueDossiers(...asked)
    },
  }
  expect(await runPass({ ...sync, ledger: slowLedger })).toMatchObject({ stopped: { code: 'portal.login_refused' } })
  for (let turn = 0; turn < 40; turn++) await new Promise(setImmediate)
  expect(handfuls).toBe(2)
  expect(await ledger.orphanedOperations(TENANT)).toEqual([])
})
