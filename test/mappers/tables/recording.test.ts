import { describe, expect, test } from 'vitest'
import { codeTables, entryOf, recordedTables, textEntryOf } from '../../../src/mappers/index.js'

const own = codeTables('custom', {
  status: { '7': 7 },
  statusText: { 'Chờ ký': 4 },
  channels: { 'Trực tiếp': 'direct' },
  returnWays: { '0': 'counter', '*': 'post' },
})

function asked(look: (tables: typeof own) => void) {
  const { tables, uses } = recordedTables(own)
  look(tables)
  const { statusText, status, channels, returnWays } = uses()
  const of = ({ hits, misses }: typeof status) => ({ hits: Object.fromEntries(hits), misses: Object.fromEntries(misses) })
  return { statusText: of(statusText), status: of(status), channels: of(channels), returnWays: of(returnWays) }
}

describe('recorded tables', () => {
  test('answer as the tables do', () => {
    const { tables } = recordedTables(own)
    expect([
      textEntryOf(tables.statusText, ' chờ  KÝ'),
      entryOf(tables.status, '7'),
      entryOf(tables.status, '8'),
      entryOf(tables.returnWays, 'x'),
    ]).toEqual([4, 7, undefined, 'post'])
    expect(tables.version).toBe(own.version)
    expect({ ...tables.status }).toEqual(own.status)
  })

  test('count the rows that answered and the words that none did', () => {
    const { statusText } = asked((tables) => {
      for (const word of ['Chờ ký', 'chờ ký', 'Chờ ý kiến']) textEntryOf(tables.statusText, word)
    })
    expect(statusText).toEqual({ hits: { 'chờ ký': 2 }, misses: { 'chờ ý kiến': 1 } })
    const { status } = asked((tables) => {
      for (const word of ['7', '8', '8']) entryOf(tables.status, word)
    })
    expect(status).toEqual({ hits: { '7': 1 }, misses: { '8': 2 } })
  })

  test('a word that the next table of its kind knows is not missing', () => {
    const { statusText, status } = asked((tables) => {
      const statusOf = (text: string, code: string) => textEntryOf(tables.statusText, text) ?? entryOf(tables.status, code)
      statusOf('Chờ duyệt', '7')
      statusOf('Chờ cấp', '9')
      statusOf('Chờ ký', '9')
    })
    expect([statusText.misses, status.misses]).toEqual([{ 'chờ cấp': 1 }, { '9': 1 }])
  })

  test('a word that is known in another spelling, or to `*`, is not missing', () => {
    const { channels, returnWays } = asked((tables) => {
      for (const word of ['TRỰC TIẾP', 'Trực tiếp']) {
        const spelt = Object.keys(tables.channels).find((key) => key.toLowerCase() === word.toLowerCase())
        void (entryOf(tables.channels, word) ?? entryOf(tables.channels, spelt ?? null))
      }
      entryOf(tables.returnWays, '5')
    })
    expect(channels).toEqual({ hits: { 'Trực tiếp': 2 }, misses: {} })
    expect(returnWays).toEqual({ hits: { '*': 1 }, misses: {} })
  })
})
