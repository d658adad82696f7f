import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { document, emptyFolder, lienthong } from './command-line.js'

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

const row = (number: number) =>
  JSON.stringify({ localCode: `000.00.12.H99-250310-000${number}`, applicantName: 'Nguyễn Văn Mẫu', applicantKind: 'citizen', status: 4 })
const files = { 'a.ndjson': row(1), 'b.ndjson': row(2), 'c.ndjson': row(3) }

test.each([
  ['--file a b c', ['--file', 'a.ndjson', 'b.ndjson', 'c.ndjson']],
  ['--file a --file b --file c', ['--file', 'a.ndjson', '--file=b.ndjson', '--file', 'c.ndjson']],
  ['a mixture', ['--file', 'a.ndjson', 'c.ndjson', '--file', 'b.ndjson']],
])('%s reads every file', async (_, args) => {
  const { code, json } = await document(['inspect', '--dialect', 'ndjson', ...args], { folder: folderWith(files) })
  const codes = (json.dossiers as { localCode: string }[]).map(({ localCode }) => localCode)
  expect(code).toBe(0)
  expect(codes.sort()).toEqual([1, 2, 3].map((number) => `000.00.12.H99-250310-000${number}`))
})

test('problems are told in the language asked for, on stdout, with what to do in JSON', async () => {
  const folder = folderWith(files)
  const vi = await lienthong(['inspect', '--dialect', 'ndjson', '--file', 'a.ndjson', '--lang', 'vi'], { folder })
  expect(vi.out).toContain('1 hồ sơ')
  const { json } = await document(['inspect', '--dialect', 'ndjson', '--file', 'a.ndjson'], { folder })
  for (const problem of json.problems as { why: unknown; hint: unknown }[])
    expect([typeof problem.why, typeof problem.hint]).toEqual(['string', 'string'])
})

test.each([
  ['an unknown dialect', ['--dialect', 'igate', '--file', 'a.ndjson'], 'usage.invalid'],
  ['a file that is not there', ['--dialect', 'ndjson', '--file', 'z.ndjson'], 'source.file_unreadable'],
  ['tables that are none', ['--dialect', 'ndjson', '--file', 'a.ndjson', '--tables', 'a.ndjson'], 'config.unknown_key'],
])('%s ends with 2', async (_, args, code) => {
  const spoken = await document(['inspect', ...args], { folder: folderWith(files) })
  expect(spoken.code).toBe(2)
  expect(spoken.json.error?.code).toBe(code)
})
