import { expect, test } from 'vitest'
import { LienthongError } from '../../src/base/index.js'
import type { ServiceOffer } from '../../src/catalogue/offers/offer.js'
import { publishOffers } from '../../src/catalogue/offers/publish.js'
import type { CatalogueTarget, OfferOutcome } from '../../src/connectors/index.js'
import { keptOffers } from '../../src/ledger/index.js'
import { emptyLedger, TENANT } from './paper-catalogue.js'

const offer = (localCode: string, name = 'Thủ tục mẫu'): ServiceOffer => ({
  localCode,
  nationalCode: '1.000001',
  name,
  level: 'full',
  url: 'https://dichvucong.example.vn/1',
  agency: null,
  cases: [],
  fees: null,
  payableOnline: null,
})

async function desk() {
  const { ledger } = await emptyLedger()
  const sent: string[] = []
  let outcome: OfferOutcome['outcome'] = 'accepted'
  const target: CatalogueTarget = {
    host: '127.0.0.1:1',
    loopback: true,
    offersPerCall: 1,
    async offer(offers) {
      sent.push(...offers.map(({ localCode }) => localCode))
      const error = outcome === 'accepted' ? null : new LienthongError('transport.unreachable', { values: { host: 'x', cause: 'ECONNREFUSED' } })
      return offers.map(({ localCode }) => ({ localCode, outcome, answer: null, error }))
    },
  }
  return {
    sent,
    publish: (offers: readonly ServiceOffer[], all = false) => publishOffers(offers, { ledger, tenant: TENANT, target, all }),
    answers(next: OfferOutcome['outcome']) {
      outcome = next
    },
    accepted: async () => [...(await keptOffers(ledger, TENANT))].filter(([, { accepted }]) => accepted !== null).map(([code]) => code),
  }
}

test('what was accepted and did not change is not sent again; what changed is', async () => {
  const { sent, publish } = await desk()
  expect(await publish([offer('a'), offer('b')])).toMatchObject({ accepted: 2, unchanged: 0 })
  expect(await publish([offer('a'), offer('b', 'Tên mới')])).toMatchObject({ accepted: 1, unchanged: 1 })
  expect(sent).toEqual(['a', 'b', 'b'])
})

test.each(['not-sent', 'unknown', 'rejected'] as const)('an attempt that ended %s takes back nothing that was accepted before', async (outcome) => {
  const { publish, answers, accepted, sent } = await desk()
  await publish([offer('a')])
  answers(outcome)
  const report = await publish([offer('a')], true)
  expect(report).toMatchObject({ accepted: 0, others: [{ localCode: 'a', outcome: { outcome } }] })
  expect(await accepted()).toEqual(['a'])
  // Nobody knows, or nobody took it: it goes again.
  answers('accepted')
  await publish([offer('a')])
  expect(sent).toHaveLength(outcome === 'not-sent' ? 2 : 3)
})

test.each(['unknown', 'not-sent', 'rejected'] as const)('an offer that never was accepted (%s) goes again', async (outcome) => {
  const { publish, answers, accepted } = await desk()
  answers(outcome)
  await publish([offer('a')])
  expect(await accepted()).toEqual([])
  answers('accepted')
  expect(await publish([offer('a')])).toMatchObject({ accepted: 1, unchanged: 0 })
})
