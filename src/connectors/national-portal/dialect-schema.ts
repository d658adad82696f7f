/** A dialect that comes from outside, checked at construction: a wrong rule would otherwise be found by a dossier. */
import { z } from 'zod'
import { readSettings, settingMessage } from '../../base/index.js'
import type { DialectNeed, DialectUse, PortalDialect } from './dialect.js'
import type { CallKind, Meaning } from './outcome.js'

const PATTERN = settingMessage({ en: 'expected a regular expression', vi: 'cần một biểu thức chính quy' })

/** One of {@link PortalDialect.outcomes}. */
export const outcomeRule = z.strictObject({
  on: z.array(z.enum(['login', 'create', 'update', 'progress', 'read'] satisfies CallKind[])).optional(),
  status: z.array(z.number().int()).optional(),
  code: z.array(z.union([z.number(), z.string(), z.null()])).optional(),
  message: z.union([z.string().refine(isPattern, PATTERN), z.instanceof(RegExp)], { error: PATTERN }).optional(),
  means: z.enum(['accepted', 'already-exists', 'unknown-dossier', 'rejected', 'session-lost', 'config', 'unknown'] satisfies Meaning[]),
})

const FUNCTION = settingMessage({ en: 'expected a function', vi: 'cần một hàm' })
const aFunction = z.custom((value) => typeof value === 'function', { error: FUNCTION })
const perCall = z.number().int().positive()

const dialect = z.strictObject({
  name: z.string().min(1),
  needs: z.array(z.enum(['credentials.username', 'credentials.password', 'credentials.token', 'urls'] satisfies DialectNeed[])),
  uses: z.array(z.enum(['endpoints', 'serviceEndpoints', 'dstcode', 'urls'] satisfies DialectUse[])).optional(),
  session: z.strictObject({ maxAgeMs: z.number().positive(), logIn: aFunction }).optional(),
  request: aFunction,
  answer: aFunction,
  outcomes: z.array(outcomeRule),
  canLookUp: aFunction,
  dossiersPerCall: perCall,
  stepsPerCall: perCall,
})

/** @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the dialect and the field: `dialect(tinh-mau).outcomes.0.means`. */
export function checkDialect(given: PortalDialect, place: string): PortalDialect {
  const name = z.string().min(1).safeParse(given.name)
  readSettings(dialect, given, `${place}.dialect${name.success ? `(${name.data})` : ''}`)
  // The value itself, not zod's copy: its functions may rely on it.
  return given
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'i')
    return true
  } catch {
    return false
  }
}
