/**
 * The level that a name itself states at its end: `(cấp xã)`, `(thực hiện tại cấp tỉnh)`, `- cấp Trung ương`. It is no part of what the
 * procedure is called, but tells procedures of one name apart. contracts/procedure-database.md §10.11
 */
import type { AdministrativeLevel } from '../../domain/index.js'
import { type Syllable, syllable } from './syllable.js'

const LEVELS: Readonly<Record<string, AdministrativeLevel>> = {
  bộ: 'ministry',
  'trung ương': 'ministry',
  tỉnh: 'province',
  'thành phố': 'province',
  huyện: 'district',
  quận: 'district',
  xã: 'commune',
  phường: 'commune',
}

const wordsOf = (text: string) => text.split(' ').map(syllable)
const levelOf = new Map(
  Object.entries(LEVELS).map(([name, level]) => [
    wordsOf(name)
      .map(({ bare }) => bare)
      .join(' '),
    level,
  ]),
)
const LEVEL = [...levelOf.keys()].join('|')
const WHERE = '(?:(?:thuc hien |giai quyet )(?:tai |o |boi )?|tai |o )(?:uy ban nhan dan )?'
const SUFFIX = new RegExp(`(?:^| )(?:${WHERE})?cap (?:${LEVEL})(?:(?: va| hoac)?(?: cap)? (?:${LEVEL}))*(?: thuc hien| giai quyet)?$`)
/** With their diacritics, so that `cấp tính` is no province; without any they are taken as they are. */
const known = new Set(
  wordsOf(`thực hiện giải quyết tại ở bởi ủy ban nhân dân cấp và hoặc ${Object.keys(LEVELS).join(' ')}`).map(({ toned }) => toned),
)

export interface StatedLevel {
  readonly levels: ReadonlySet<AdministrativeLevel>
  /** How many words at the end say so. */
  readonly words: number
}

/** @returns null when the words end with no level */
export function statedLevel(words: readonly Syllable[]): StatedLevel | null {
  const read = words.slice(-LONGEST).map(({ toned, bare }) => (toned === bare || known.has(toned) ? bare : '-'))
  const suffix = SUFFIX.exec(read.join(' '))?.[0].trim()
  if (suffix === undefined) return null
  const levels = new Set<AdministrativeLevel>()
  for (const [name, level] of levelOf) if (` ${suffix} `.includes(` ${name} `)) levels.add(level)
  return { levels, words: suffix.split(' ').length }
}

const LONGEST = 14
