import { describe, expect, test } from 'vitest'
import { document, emptyFolder, lienthong } from './command-line.js'

const COMMANDS = ['demo', 'init', 'doctor', 'sync', 'dossier', 'failures', 'status', 'inspect', 'sandbox', 'worker']
const LEAVES = [
  'demo',
  'init',
  'doctor',
  'sync plan',
  'sync run',
  'sync watch',
  'dossier trace',
  'failures list',
  'failures show',
  'failures retry',
  'status',
  'inspect',
  'sandbox',
  'worker',
]

describe('help', () => {
  test('without arguments the command says what there is', async () => {
    const { code, out, err } = await lienthong([], { folder: emptyFolder() })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name}\\b.* {2}\\S`, 'm'))
  })

  test.each(LEAVES)('%s --help names the call, its options and the exit codes, in plain text', async (words) => {
    const { code, out } = await lienthong([...words.split(' '), '--help'], { folder: emptyFolder() })
    expect(code).toBe(0)
    expect(out).toContain(`usage: lienthong ${words}`)
    for (const option of ['--config FILE', '--tenant ID', '--json', '--quiet', '--lang vi|en']) expect(out).toContain(option)
    expect(out).toContain('130 interrupted')
    expect(out).not.toContain('\x1b')
  })

  test('options are shown as they are typed in hints: --max-changes', async () => {
    expect((await lienthong(['sync', 'run', '--help'], { folder: emptyFolder() })).out).toContain('--max-changes N')
  })

  test('--version prints the version of the package', async () => {
    const { code, out } = await lienthong(['--version'], { folder: emptyFolder() })
    expect(code).toBe(0)
    expect(out).toMatch(/^\d+\.\d+\.\d+\S*\n$/)
  })
})

describe('a wrong command line ends with 2, before anything is read', () => {
  test.each([
    ['a command that does not exist', ['bogus'], 'there is no command “bogus”'],
    ['a misspelt command', ['sync', 'rnu'], 'did you mean “sync run”?'],
    ['a group without its command', ['sync'], 'needs one of plan, run, watch'],
    ['help for nothing', ['bogus', '--help'], 'there is no command “bogus”'],
    ['a misspelt option', ['sync', 'run', '--limt', '5'], 'did you mean --limit?'],
    ['an option without its value', ['sync', 'run', '--limit'], '--limit needs a value'],
    ['an option that swallows the next one', ['status', '--config', '--tenant', 'x'], '--config needs a value'],
    ['an option given twice', ['sync', 'run', '--limit', '1', '--limit', '2'], '--limit is given twice'],
    ['a switch with a value', ['status', '--quiet=yes'], '--quiet takes no value'],
    ['a word too many', ['status', 'extra'], 'takes no “extra”'],
    ['an unknown language', ['status', '--lang', 'xx'], '--lang takes vi or en'],
    ['a missing argument', ['failures', 'show'], 'WHAT is missing'],
    ['a required option', ['inspect', '--file', 'x'], '--dialect is missing'],
    ['nothing to retry', ['failures', 'retry'], '--cause CAUSE, --only CODE or --all'],
  ])('%s', async (_, args, says) => {
    const { code, json, err } = await document(args, { folder: emptyFolder() })
    expect(code).toBe(2)
    expect(json.schema).toBe(1)
    expect(json.error?.code).toBe('usage.invalid')
    expect(json.error?.message).toContain(says)
    expect(err).toContain(says)
  })

  test.each([
    [['sync', 'rnu'], 'ý bạn là “sync run”?'],
    [['sync'], 'cần một trong các lệnh plan, run, watch'],
    [['sync', 'run', '--limt', '5'], 'ý bạn là --limit?'],
    [['failures', 'show'], 'còn thiếu WHAT'],
  ])('%j is explained in Vietnamese when asked', async (args, says) => {
    const { code, err, out } = await lienthong([...args, '--lang', 'vi'], { folder: emptyFolder() })
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(says)
  })

  test('the language follows the locale when nobody names one', async () => {
    const { err } = await lienthong(['status'], { folder: emptyFolder(), environment: { LANG: 'vi_VN.UTF-8' } })
    expect(err).toContain('Không có tệp')
  })

  test('shared options may stand before the command', async () => {
    const { code, out } = await lienthong(['--lang', 'vi', '--json', 'status'], { folder: emptyFolder() })
    expect(code).toBe(2)
    expect(JSON.parse(out).error.message).toContain('Không có tệp')
  })
})
