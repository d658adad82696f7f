import { describe, expect, test } from 'vitest'
import type { DossierSource } from '../../src/sync/index.js'
import { checkSource } from '../../src/testing/index.js'
import { cardIndex } from '../sync/card-index.js'
import { card } from '../sync/office.js'

const good = () => cardIndex([card(1), card(2), card(3), card(4)])
const changed = (
  change: (batch: Awaited<ReturnType<typeof firstBatch>>, reading: number) => Awaited<ReturnType<typeof firstBatch>>,
): DossierSource => {
  const source = good()
  let readings = 0
  return {
    epoch: '1',
    async *changes(...asked) {
      readings += 1
      for await (const batch of source.changes(...asked)) yield change(batch, readings)
    },
  }
}

async function firstBatch() {
  for await (const batch of good().changes(null, { open: async function* () {} })) return batch
  throw new Error('no batch')
}

describe('the check of a source', () => {
  test('finds nothing wrong with one that keeps its promises, and counts its records', async () => {
    expect(await checkSource(good())).toEqual({ records: 4, broken: [] })
  })

  test.each<[string, DossierSource, RegExp]>([
    [
      'bytes that differ although nothing changed',
      changed((batch, reading) => ({ ...batch, items: batch.items.map((item) => ({ ...item, bytes: `${item.bytes} ${reading}` })) })),
      /bytes differ/,
    ],
    ['a source that says nothing at all', { epoch: '1', async *changes() {} }, /still says where it stands/],
    ['a reading that ends with more to come', changed((batch) => ({ ...batch, end: 'more' })), /more follows/],
    [
      'an empty key',
      changed((batch) => ({ ...batch, items: batch.items.map((item) => ({ ...item, read: () => withKey(item.read(), '') })) })),
      /key is empty/,
    ],
    [
      'one key for several records',
      changed((batch) => ({ ...batch, items: batch.items.map((item) => ({ ...item, read: () => withKey(item.read(), 'same') })) })),
      /key of another record/,
    ],
    [
      'a record that cannot be read without a reason',
      changed((batch) => ({ ...batch, items: batch.items.map((item) => ({ ...item, read: () => ({ ok: false, findings: [] }) })) })),
      /without a finding/,
    ],
  ])('finds %s', async (_, source, message) => {
    const { broken } = await checkSource(source)
    expect(broken.join('\n')).toMatch(message)
  })
})

type Read = ReturnType<Awaited<ReturnType<typeof firstBatch>>['items'][number]['read']>

function withKey(read: Read, key: string): Read {
  return read.ok ? { ...read, value: { ...read.value, key } } : read
}
