import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { marks } from '../privacy/canary-people.js'
import { canaryStory } from '../privacy/canary-story.js'
import { leaksInFiles, leaksOf } from '../privacy/leaks.js'

const leaks = leaksOf(marks)

describe('canary people, many of them, killed at many moments (I6)', () => {
  test.each([1, 2, 3, 4, 5])('seed %i: no canary in ledger, output, processes or temporary files', async (seed) => {
    const { commands, written, sandbox } = await canaryStory({ people: 400, seed, kills: [5, 40, 90, 160, 250, 400] })
    expect(JSON.stringify(sandbox.dossiers())).toContain(marks.name)
    expect(sandbox.injected().byKind.reject).toBeGreaterThanOrEqual(20)
    expect(
      leaksInFiles(
        leaks,
        written.filter((path) => existsSync(path)),
      ),
    ).toEqual([])
    for (const { args, out, err, seen, temporary } of commands) {
      for (const [stream, text] of Object.entries({ out, err, seen })) expect(leaks(`${args.join(' ')}, ${stream}`, text)).toEqual([])
      expect(temporary).toEqual([])
    }
  })
})
