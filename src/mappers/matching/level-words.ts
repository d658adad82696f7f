/**
 * The level that a name itself states at its end: `(cấp xã)`, `(thực hiện tại cấp tỉnh)`, `- cấp Trung ương`. It is no part of what the
 * procedure is called, but tells procedures of one name apart. contracts/procedure-database.md §10.11
 */
import type { AdministrativeLevel } from '../../domain/index.js'

const LEVEL_OF: Readonly<Record<string, AdministrativeLevel>> = {
  bo: 'ministry',
  'trung uong': 'ministry',
  tw: 'ministry',
  tinh: 'province',
  'thanh pho': 'province',
  so: 'province',
  huyen: 'district',
  quan: 'district',
  xa: 'commune',
  phuong: 'commune',
}
const LEVEL = Object.keys(LEVEL_OF).join('|')
const SUFFIX = new RegExp(
  `(?:^| )(?:(?:thuc hien |giai quyet )(?:tai |o |boi )?(?:ubnd |uy ban nhan dan )?|(?:tai |o )(?:ubnd |uy ban nhan dan )?)?` +
    `cap (${LEVEL})((?: va| hoac)?(?: cap)? (?:${LEVEL}))*(?: thuc hien| giai quyet)?$`,
)

export interface StatedLevel {
  readonly levels: ReadonlySet<AdministrativeLevel>
  /** How many words at the end say so. */
  readonly words: number
}

/** @param bare words without diacritics, in order @returns null when the name states none, or is nothing else */
export function statedLevel(bare: readonly string[]): StatedLevel | null {
  const text = bare.slice(-LONGEST).join(' ')
  const match = SUFFIX.exec(text)
  if (match === null) return null
  const suffix = match[0].trim()
  const words = suffix.split(' ').length
  if (words >= bare.length) return null
  const levels = new Set<AdministrativeLevel>()
  for (const [name, level] of Object.entries(LEVEL_OF)) if (` ${suffix} `.includes(` ${name} `)) levels.add(level)
  return { levels, words }
}

const LONGEST = 14
