/** Scalars as systems write them that do not keep to their own types. contracts/provincial-sources.md §4–6, §9.2 */
import { z } from 'zod'

/** Text, or a number or boolean in its place. One check instead of a union: a row has dozens of such fields, and every row of every pass is read. */
export const textLike = z
  .custom<string | number | boolean>(
    (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
    'expected a text',
  )
  .transform(String)
  .nullish()

/** The number of a pushed dossier, which is all it is known by: not blank, and no longer than a number is. */
export const dossierNumber = z
  .custom<string | number>(
    (value) => typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && value.length <= 200),
    'expected a number of a dossier',
  )
  .transform((value) => String(value).trim().normalize('NFC'))
