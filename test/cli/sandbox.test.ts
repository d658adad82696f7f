import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { demoFaults } from '../../src/cli/demo/faults.js'
import { run } from '../../src/cli/run.js'
import { FAULT_KINDS, startSandbox } from '../../src/sandbox/index.js'
import { document, emptyFolder, lienthong } from './command-line.js'

describe('sandbox', () => {
  test('prints one line when it is ready, serves, and ends with 0 when it is told to', async () => {
    const stop = new AbortController()
    let answered: Promise<Response> | undefined
    const lines: string[] = []
    const code = await run(['sandbox', '--port', '0', '--json'], {
      streams: {
        out: {
          write(text: string) {
            lines.push(text)
            const { origin, systems } = JSON.parse(text) as { origin: string; systems: Record<string, { url: string; credentials: object }> }
            expect(Object.keys(systems)).toEqual(expect.arrayContaining(['national-portal', 'one-stop-opencps']))
            answered = fetch(`${origin}/__sandbox/national-portal/requests`).finally(() => stop.abort())
          },
        },
        err: { write() {} },
      },
      signal: stop.signal,
      workingFolder: emptyFolder(),
      environment: {},
    })
    expect(code).toBe(0)
    expect(lines).toHaveLength(1)
    expect((await answered)?.status).toBe(200)
  })

  test('a port in use is said to be so, with what to do', async () => {
    const other = await startSandbox()
    try {
      const { code, json } = await document(['sandbox', '--port', new URL(other.origin).port], { folder: emptyFolder() })
      expect(code).toBe(2)
      expect(json.error?.message).toContain('is in use; name another with --port')
    } finally {
      await other.stop()
    }
  })

  test('--procedures takes a number or a file of procedures; a file that is none stops it', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'mine.jsonl'), '{"code":"1.999001","name":"Cấp giấy phép mẫu"}\n')
    const listed = async (procedures: string): Promise<number> => {
      const stop = new AbortController()
      let count = Promise.resolve(0)
      const out = {
        write(text: string) {
          const { origin } = JSON.parse(text) as { origin: string }
          count = fetch(`${origin}/__sandbox/procedure-database/procedures`)
            .then(async (response) => (await response.text()).trim().split('\n').length)
            .finally(() => stop.abort())
        },
      }
      const streams = { out, err: { write() {} } }
      await run(['sandbox', '--port', '0', '--json', '--procedures', procedures], {
        streams,
        signal: stop.signal,
        workingFolder: folder,
        environment: {},
      })
      return count
    }
    expect(await listed('120')).toBe(120)
    expect(await listed('mine.jsonl')).toBe(1 + 38)
    writeFileSync(join(folder, 'other.jsonl'), 'no procedure')
    const { code, err } = await lienthong(['sandbox', '--port', '0', '--procedures', 'other.jsonl'], { folder })
    expect([code, err]).toEqual([2, expect.stringContaining('line 1: no JSON')])
  })

  test('a wrong fault is named by its place in the file', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'faults.json'), '{"seed":1,"rules":[{"system":"national-portal","kind":"meteor"}]}')
    const { code, err } = await lienthong(['sandbox', '--port', '0', '--faults', 'faults.json'], { folder })
    expect(code).toBe(2)
    expect(err).toContain('faults.json: rules.0.kind')
  })
})

describe('the faults of the demo', () => {
  test('are a plan the sandbox takes, with every kind there is', async () => {
    const sandbox = await startSandbox()
    const plan = sandbox.faults(demoFaults('7') as Parameters<typeof sandbox.faults>[0])
    await sandbox.stop()
    expect(new Set(plan.rules.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS))
  })
})
