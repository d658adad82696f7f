import { expect, test } from 'vitest'
import { type ErrorCode, LienthongError } from '../../src/base/index.js'
import { exitCodeOf } from '../../src/cli/session.js'

test.each<[ErrorCode, number]>([
  ['usage.invalid', 2],
  ['config.unknown_key', 2],
  ['config.not_production', 2],
  ['portal.login_refused', 2],
  ['source.file_unreadable', 2],
  ['source.format', 2],
  ['sync.too_many_changes', 2],
  ['transport.unreachable', 3],
  ['transport.unanswered', 3],
  ['transport.throttled', 3],
  ['transport.circuit_open', 3],
  ['portal.session_lost', 3],
  ['portal.unreadable_answer', 3],
  ['opencps.refused', 3],
  ['opencps.unreadable_answer', 3],
  ['ledger.locked', 4],
  ['ledger.missing', 4],
  ['ledger.unreadable', 4],
  ['ledger.key_missing', 4],
  ['ledger.key_wrong', 4],
  ['internal.bug', 4],
  ['transport.aborted', 130],
  ['sync.interrupted', 130],
])('%s ends the command with %i', (code, exit) => {
  expect(exitCodeOf(new LienthongError(code))).toBe(exit)
})
