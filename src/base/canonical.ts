import { configure } from 'safe-stable-stringify'

const stringify = configure({ deterministic: true, bigint: true, circularValue: Error })

/** JSON with sorted keys: two records that mean the same have the same text, whatever order a source writes them in. */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? 'null'
}
