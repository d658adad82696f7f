/** Looks for marks in anything, in every coat that somebody without a key can take off. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

type Bytes = Uint8Array | string

/** The forms in which one value may stand in a file or a log. */
export function formsOf(mark: string): ReadonlyMap<string, Buffer> {
  const text = (value: string) => Buffer.from(value, 'utf8')
  const forms: Record<string, Buffer> = {
    'as it is': text(mark),
    NFD: text(mark.normalize('NFD')),
    'upper case': text(mark.toUpperCase()),
    'lower case': text(mark.toLowerCase()),
    'without tone marks': text(withoutMarks(mark)),
    'lower case without tone marks': text(withoutMarks(mark).toLowerCase()),
    'upper case without tone marks': text(withoutMarks(mark).toUpperCase()),
    'UTF-16': Buffer.from(mark, 'utf16le'),
    'JSON escapes': text([...mark].map((letter) => (letter > '~' ? `\\u${hex4(letter)}` : letter)).join('')),
    'JSON escapes, capitals': text([...mark].map((letter) => (letter > '~' ? `\\u${hex4(letter).toUpperCase()}` : letter)).join('')),
    'percent-encoded': text(encodeURIComponent(mark)),
    hex: text(Buffer.from(mark).toString('hex')),
    'hex, capitals': text(Buffer.from(mark).toString('hex').toUpperCase()),
  }
  // Base64 of a text that contains the mark: three alignments, without the characters that the neighbours decide.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.from('.'.repeat(shift) + mark)
      .toString('base64')
      .replace(/=+$/, '')
    const stable = encoded.slice(shift === 0 ? 0 : shift + 1, -1)
    forms[`base64 +${shift}`] = text(stable)
    forms[`base64url +${shift}`] = text(stable.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return new Map(Object.entries(forms))
}

function withoutMarks(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')
}

function hex4(letter: string): string {
  return letter.charCodeAt(0).toString(16).padStart(4, '0')
}

export type Leaks = (where: string, content: Bytes) => readonly string[]

/** @returns a search that names each mark it finds, where and in which form. */
export function leaksOf(marks: Readonly<Record<string, string>>): Leaks {
  const wanted = Object.entries(marks).map(([field, mark]) => ({ field, forms: [...formsOf(mark)] }))
  return (where, content) => {
    const bytes = Buffer.from(content as Uint8Array)
    return wanted.flatMap(({ field, forms }) => {
      const [form, found] = forms.find(([, needle]) => bytes.includes(needle)) ?? []
      return found === undefined ? [] : [`${where}: ${field} (${form}) …${around(bytes, found)}…`]
    })
  }
}

function around(bytes: Buffer, needle: Buffer): string {
  const at = bytes.indexOf(needle)
  return bytes
    .subarray(Math.max(0, at - 60), at + needle.length + 30)
    .toString('utf8')
    .replace(/[^\P{C}]/gu, '.')
}

/** Every file below a folder. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
}

export function leaksInFiles(leaks: Leaks, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => leaks(path, readFileSync(path)))
}
