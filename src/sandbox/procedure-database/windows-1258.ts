/**
 * The old Windows code page for Vietnamese, in which letters and tone marks are two bytes. Served under a header that says UTF-8 it is
 * what a client gets from a server with the wrong encoding: JSON that parses, with names that no longer do.
 */
const LETTERS: Readonly<Record<string, number>> = { Ă: 0xc3, ă: 0xe3, Đ: 0xd0, đ: 0xf0, Ơ: 0xd5, ơ: 0xf5, Ư: 0xdd, ư: 0xfd }
const MARKS: Readonly<Record<string, number>> = { '\u0300': 0xcc, '\u0309': 0xd2, '\u0303': 0xde, '\u0301': 0xec, '\u0323': 0xf2 }

/** @returns text whose characters are the bytes, for an answer encoded as latin1. */
export function windows1258(text: string): string {
  let bytes = ''
  for (const letter of text.normalize('NFC')) {
    const [base = '', mark = ''] = withoutTone(letter)
    bytes += byte(base) + (MARKS[mark] === undefined ? '' : String.fromCharCode(MARKS[mark]))
  }
  return bytes
}

function withoutTone(letter: string): readonly [string, string] {
  const parts = [...letter.normalize('NFD')]
  const mark = parts.find((part) => MARKS[part] !== undefined) ?? ''
  return [
    parts
      .filter((part) => part !== mark)
      .join('')
      .normalize('NFC'),
    mark,
  ]
}

function byte(letter: string): string {
  const code = LETTERS[letter] ?? letter.codePointAt(0) ?? 0
  return code > 0xff ? '?' : String.fromCharCode(code)
}
