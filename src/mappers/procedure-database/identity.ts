/** Code and name: what a procedure must have to be one. */
import { parseProcedureCode } from '../../domain/index.js'
import { codeWord } from '../known.js'
import { oneLine, plainName } from '../plain-text.js'
import type { ProcedureNotes } from './rules.js'

/** @returns undefined when one of them is missing, with a finding that names the field */
export function procedureIdentity(
  wire: { readonly code: unknown; readonly name: unknown },
  fields: { readonly code: string; readonly name: string },
  note: ProcedureNotes,
): { readonly code: string; readonly name: string } | undefined {
  const written = textOf(wire.code)
  const name = plainName(textOf(wire.name))
  const code = written.replace(/ /g, '')
  if (code === '') note.add('procedure.no-code', fields.code)
  if (name === null) note.add('procedure.no-name', fields.name)
  if (code === '' || name === null) return undefined
  if (code !== written) note.add('code.spaces', fields.code)
  if (!parseProcedureCode(code).ok) note.add('code.form', fields.code, { code: codeWord(code) })
  if (name.includes('\ufffd')) note.add('text.damaged', fields.name)
  return { code, name }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? oneLine(String(value)) : ''
}
