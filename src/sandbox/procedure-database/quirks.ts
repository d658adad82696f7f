import { hashText } from '../../base/index.js'
import type { ProcedureQuirks } from './options.js'

export type Quirk = keyof ProcedureQuirks

/** Whether this procedure shows that oddity: the same one always does. */
export function hasQuirk(quirks: ProcedureQuirks, seed: number | string, quirk: Quirk, code: string): boolean {
  return hashText(`${seed}/quirk/${quirk}/${code}`) / 4_294_967_296 < quirks[quirk]
}

/** A name as somebody typed it: the words are all there, the white space is not as it should be. §10 row 12 */
export function untidy(name: string, chance: string): string {
  const words = name.split(' ')
  const place = 1 + (hashText(`${chance}/place`) % Math.max(1, words.length - 1))
  const gap = GAPS[hashText(`${chance}/gap`) % GAPS.length] ?? ' '
  const end = hashText(`${chance}/end`) % 2 === 0 ? ' ' : ''
  return words.slice(0, place).join(' ') + gap + words.slice(place).join(' ') + end
}

const GAPS = ['  ', '\t', '\r\n', ' \u00a0']
