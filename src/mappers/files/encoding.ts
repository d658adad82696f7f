/** How the text of a file is written, told by its content: offices save from whatever Excel they have. contracts/provincial-sources.md §10 */
import type { FontLetters } from './letters/index.js'

export interface TextEncoding {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1258' | 'windows-1252'
  /** A byte order mark stands in front. */
  readonly mark: boolean
}

/** What a setting may say. TCVN3 and VNI are fonts: they may stand in a file of any encoding. */
export const encodingNames = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1258', 'tcvn3', 'vni'] as const
export type EncodingName = (typeof encodingNames)[number]

/** One way to read the text of a file. */
export interface Reading {
  readonly encoding: TextEncoding
  readonly letters: FontLetters | null
}

const MARKS: readonly { readonly bytes: readonly number[]; readonly encoding: TextEncoding['encoding'] }[] = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
]

/** @param head the first bytes of the file; a kilobyte with the headings is enough */
export function detectEncoding(head: Uint8Array): TextEncoding {
  const marked = MARKS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))
  if (marked) return { encoding: marked.encoding, mark: true }
  // Headings hold blanks and commas: in UTF-16 every second byte of these is zero.
  const zeros = [0, 0]
  for (let index = 0; index < Math.min(head.length, 512); index++) if (head[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  if ((zeros[1] ?? 0) > 8) return { encoding: 'utf-16le', mark: false }
  if ((zeros[0] ?? 0) > 8) return { encoding: 'utf-16be', mark: false }
  return { encoding: isUtf8(head) ? 'utf-8' : 'windows-1258', mark: false }
}

/**
 * The ways to read a file, likeliest first; its headings tell which one is right.
 *
 * @param named what the settings say; then nothing is guessed but the bytes below a font
 */
export function readingsOf(head: Uint8Array, named?: EncodingName): readonly Reading[] {
  const detected = detectEncoding(head)
  const isUnicode = detected.encoding !== 'windows-1258'
  if (named === 'tcvn3' || named === 'vni') {
    const encoding: TextEncoding = isUnicode ? detected : { encoding: 'windows-1252', mark: false }
    return [{ encoding, letters: named }]
  }
  if (named !== undefined) return [{ encoding: { encoding: named, mark: detected.mark && detected.encoding === named }, letters: null }]
  const below: TextEncoding = isUnicode ? detected : { encoding: 'windows-1252', mark: false }
  return [
    { encoding: detected, letters: null },
    // One damaged byte makes UTF-8 look like Windows-1258.
    ...(isUnicode ? [] : [{ encoding: { encoding: 'utf-8', mark: false }, letters: null } as const]),
    { encoding: below, letters: 'tcvn3' },
    { encoding: below, letters: 'vni' },
    ...(isUnicode ? [] : (['tcvn3', 'vni'] as const).map((letters) => ({ encoding: { encoding: 'utf-8', mark: false }, letters }) as const)),
  ]
}

/** Decodes a stream of bytes; the byte order mark is taken away. Bytes that fit no character become U+FFFD, which rows report. */
export async function* decoded(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, { encoding }: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

function isUtf8(head: Uint8Array): boolean {
  try {
    // `stream` forgives a character cut at the end of the head.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
