import { expect, test } from 'vitest'
import type { Clock } from '../../src/base/index.js'
import { openProgress } from '../../src/cli/progress.js'
import { openSession } from '../../src/cli/session.js'

function listening({ tty = false, quiet = false, language = 'en' as 'en' | 'vi' } = {}) {
  let written = ''
  const err = { write: (text: string) => (written += text), isTTY: tty, columns: 80 }
  const session = openSession(
    { json: false, quiet, verbose: false, language, config: undefined, tenant: undefined },
    { out: { write() {} }, err },
    new AbortController().signal,
    '.',
    {},
  )
  let now = 0
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() }
  const progress = openProgress(session, clock)
  return { progress, later: (ms: number) => (now += ms), written: () => written }
}

test('in a log: a plain line at the start of a phase, then one every five seconds', () => {
  const { progress, later, written } = listening()
  progress.show('sending', 0, 4000)
  later(1000)
  progress.show('sending', 1000, 4000)
  later(4000)
  progress.show('sending', 2000, 4000, '✗ 3')
  progress.end()
  expect(written()).toBe('sending  0/4,000\nsending  2,000/4,000  400/s  ETA 5 s  ✗ 3\n')
})

test('on a terminal: one line that renews itself and is gone at the end', () => {
  const { progress, later, written } = listening({ tty: true })
  progress.show('reading', 10, undefined)
  later(200)
  progress.show('reading', 20, undefined)
  progress.end()
  expect(written()).toBe('\r\x1b[2Kreading  10\r\x1b[2Kreading  20\r\x1b[2K')
})

test('Vietnamese readers get Vietnamese numbers', () => {
  const { progress, written } = listening({ language: 'vi' })
  progress.show('đang gửi', 0, 4000)
  expect(written()).toBe('đang gửi  0/4.000\n')
})

test('--quiet: nothing', () => {
  const { progress, written } = listening({ quiet: true, tty: true })
  progress.show('reading', 10, undefined)
  progress.end()
  expect(written()).toBe('')
})
