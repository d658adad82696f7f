import { describe, expect, test } from 'vitest'
import { notesFor } from '../../../src/base/index.js'
import type { ProcedureEntry } from '../../../src/domain/index.js'
import { loadDefaults } from '../../../src/mappers/index.js'
import { procedureCodeOf } from '../../../src/mappers/national-portal/procedure-code.js'
import { type RecordFinding, recordFindings } from '../../../src/mappers/national-portal/rules.js'
import { certifiedCopy, returned } from '../made-up.js'

function codeOf(entry: Partial<ProcedureEntry> | null, localCode: string, unmatchedProcedure: 'refuse' | 'strip-suffix' | 'send-local' = 'refuse') {
  const note = notesFor<RecordFinding>(recordFindings)
  const tables = { ...loadDefaults('opencps-v2'), unmatchedProcedure }
  const procedure = entry === null ? null : { ...certifiedCopy, nationalCode: null, localCode, ...entry }
  const about = { ...returned, procedure: { ...returned.procedure, localCode } }
  const code = procedureCodeOf({ code: 'x', dossier: about, procedure, tables, note })
  return [code, note.findings.map(({ ruleId }) => ruleId)]
}

describe('a local code in the form of a national one', () => {
  test('is one where nobody looked', () => {
    expect(codeOf(null, '2.000815')).toEqual(['2.000815', []])
    expect(codeOf({}, '2.000815')).toEqual(['2.000815', []])
  })

  test.each(['none', 'conflict', 'suggest'] as const)('is none where somebody looked and said otherwise (%s)', (withheld) => {
    expect(codeOf({ withheld }, '2.000815')).toEqual([null, ['procedure.unmapped']])
  })
})

test.each(['strip-suffix', 'send-local'] as const)(
  'a code that belongs to another procedure is never sent, whatever the table says (%s)',
  (table) => {
    expect(codeOf({ withheld: 'conflict' }, '2.000815.000.00.00.H99', table)).toEqual([null, ['procedure.unmapped']])
    expect(codeOf({ withheld: 'none' }, '2.000815.000.00.00.H99', table)[0]).not.toBeNull()
  },
)
