/** Which rows of the code tables a reading used, and which words it looked for in vain. */
import { comparable } from '../../base/index.js'
import type { CodeTable, CodeTables } from './tables.js'

/** The tables that are asked with a source's own words. */
export const wordTables = [
  'statusText',
  'status',
  'subStatus',
  'actions',
  'applicantKinds',
  'channels',
  'returnWays',
  'agencies',
  'paymentText',
  'paymentStatus',
  'paymentMethods',
] as const
export type WordTable = (typeof wordTables)[number]

/** Tables that are asked one after the other for one thing: a word is missing when the last of them does not have it either. */
const chains: readonly (readonly WordTable[])[] = [
  ['statusText', 'status'],
  ['paymentText', 'paymentStatus'],
]

export interface TableUse {
  /** Row → how often it answered. `*` is a row, too. */
  readonly hits: ReadonlyMap<string, number>
  /** Word → how often it was asked in vain. */
  readonly misses: ReadonlyMap<string, number>
}

export interface RecordedTables {
  /** Answers as the tables themselves. */
  readonly tables: CodeTables
  uses(): Readonly<Record<WordTable, TableUse>>
}

interface Use {
  readonly hits: Map<string, number>
  readonly misses: Map<string, number>
}

export function recordedTables(tables: CodeTables): RecordedTables {
  const uses = Object.fromEntries(wordTables.map((name): [WordTable, Use] => [name, { hits: new Map(), misses: new Map() }])) as Record<
    WordTable,
    Use
  >
  /** Words asked in vain, of which a later table of the chain may still know. */
  let pending: { readonly table: WordTable; readonly word: string }[] = []
  const settle = () => {
    for (const { table, word } of pending) count(uses[table].misses, word)
    pending = []
  }
  const goesOn = (table: WordTable) => {
    const [first] = pending
    const chain = chains.find((one) => one.includes(table))
    return first !== undefined && chain?.includes(first.table) === true && !pending.some((one) => one.table === table)
  }
  const recorded = <Value>(name: WordTable, table: CodeTable<Value>): CodeTable<Value> =>
    new Proxy(table, {
      getOwnPropertyDescriptor(target, key) {
        const found = Reflect.getOwnPropertyDescriptor(target, key)
        if (typeof key === 'string' && found === undefined && key !== '*') {
          if (!goesOn(name)) settle()
          pending.push({ table: name, word: key })
        }
        return found
      },
      get(target, key) {
        if (typeof key === 'string' && Object.hasOwn(target, key)) {
          // `*` answers for the word that was just asked in vain.
          if (key === '*' || goesOn(name) || pending.at(-1)?.table === name) pending = pending.filter((one) => !answers(key, name, one))
          settle()
          count(uses[name].hits, key)
        }
        return Reflect.get(target, key)
      },
    })
  const copies = Object.fromEntries(wordTables.map((name) => [name, recorded<unknown>(name, tables[name])]))
  return {
    tables: { ...tables, ...copies } as CodeTables,
    uses() {
      settle()
      return uses
    },
  }
}

/** Whether a row is the answer to a word that was just asked in vain: in another table of its chain, or written otherwise. */
function answers(key: string, table: WordTable, asked: { readonly table: WordTable; readonly word: string }): boolean {
  return key === '*' || asked.table !== table || comparable(asked.word) === comparable(key)
}

/** A column that slipped has as many words as rows. */
const MOST_WORDS = 10_000

function count(counts: Map<string, number>, word: string): void {
  const known = counts.get(word)
  if (known !== undefined || counts.size < MOST_WORDS) counts.set(word, (known ?? 0) + 1)
}
