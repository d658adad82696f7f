import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { marks } from './canary-people.js'
import { canaryStory } from './canary-story.js'
import { filesIn, formsOf, leaksInFiles, leaksOf } from './leaks.js'
import { isBuilt } from './watched-command.js'

const leaks = leaksOf(marks)

test('the search finds a mark in every form it claims to know', () => {
  for (const [field, mark] of Object.entries(marks)) {
    for (const [form, needle] of formsOf(mark)) {
      expect(leaks('log', Buffer.concat([Buffer.from('…'), needle, Buffer.from('…')])), `${field}, ${form}`).not.toEqual([])
    }
    for (const before of ['', 'a', 'ab', 'abc']) {
      const encoded = Buffer.from(`${before}${mark} và người khác`).toString('base64')
      expect(leaks('log', encoded), `${field}, in base64 behind ${before.length}`).not.toEqual([])
    }
  }
  expect(leaks('log', 'Hồ sơ 000.00.12.H99-250305-0001 đã tồn tại')).toEqual([])
})

describe.runIf(isBuilt)('nobody’s data leaves the command but to the portal (I6)', () => {
  test('through faults, echoed names, kills and failures: ledger, output, processes and temporary files hold no canary', {
    timeout: 300_000,
  }, async () => {
    const { folder, sandbox, commands, written } = await canaryStory({ people: 40, seed: 7, kills: [30] })

    // The story happened: everything a canary has went to the portal, names were echoed, things failed, something still waits.
    const sent = JSON.stringify(sandbox.dossiers())
    for (const [field, mark] of Object.entries(marks)) {
      // What the national record has no field for stays at home.
      if (!['submitter', 'address'].includes(field)) expect(sent.includes(mark), field).toBe(true)
    }
    expect(sandbox.injected().byKind.reject).toBeGreaterThanOrEqual(5)
    expect(commands.map(({ args }) => args[0])).toEqual(expect.arrayContaining(['sync', 'failures', 'status']))
    const told = commands.map(({ out, err }) => out + err).join('\n')
    for (const cause of ['portal.rejected', 'status.missing', 'status.unmapped', 'row.unreadable', 'line.no-json', 'V3'])
      expect(told.includes(cause), cause).toBe(true)
    expect(told.includes('attempt failed')).toBe(true)
    expect(written.filter((path) => existsSync(path)).length).toBeGreaterThanOrEqual(4)

    expect(
      leaksInFiles(
        leaks,
        written.filter((path) => existsSync(path)),
      ),
    ).toEqual([])
    for (const { args, out, err, seen, temporary } of commands) {
      const called = args.join(' ')
      expect(leaks(`${called}, stdout`, out)).toEqual([])
      expect(leaks(`${called}, stderr`, err)).toEqual([])
      expect(leaks(`${called}, processes`, seen)).toEqual([])
      expect(temporary, `${called}, temporary files`).toEqual([])
    }
    const ours = ['dossiers.jsonl', 'register.csv', 'lienthong.key', 'password', 'lienthong.config.json']
    const others = filesIn(folder).filter((path) => !ours.some((name) => path.endsWith(name)) && !written.includes(path))
    expect(others).toEqual([])
  })
})
