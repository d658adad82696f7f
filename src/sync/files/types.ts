/** What a file is, by its bytes: a source's word for it, or its name, is not believed where they differ. */

export interface KnownType {
  readonly type: string
  /** The first stands in for a name without one. */
  readonly extensions: readonly string[]
  /** What the national side can read of a result. */
  readonly byDefault: boolean
}

const OOXML = 'application/vnd.openxmlformats-officedocument'

/** Types that can be told. Of one family the extension decides. */
export const knownTypes = [
  { type: 'application/pdf', extensions: ['pdf'], byDefault: true },
  { type: 'image/png', extensions: ['png'], byDefault: true },
  { type: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jfif'], byDefault: true },
  { type: 'image/tiff', extensions: ['tif', 'tiff'], byDefault: true },
  { type: `${OOXML}.wordprocessingml.document`, extensions: ['docx'], byDefault: true },
  { type: `${OOXML}.spreadsheetml.sheet`, extensions: ['xlsx'], byDefault: true },
  { type: 'application/msword', extensions: ['doc'], byDefault: true },
  { type: 'application/vnd.ms-excel', extensions: ['xls'], byDefault: true },
  { type: 'application/zip', extensions: ['zip'], byDefault: false },
  { type: 'application/xml', extensions: ['xml'], byDefault: false },
  { type: 'application/pkcs7-mime', extensions: ['p7m', 'p7s', 'p7b'], byDefault: false },
] as const satisfies readonly KnownType[]

export type FileType = (typeof knownTypes)[number]['type']

/** All that can be told, for settings. */
export const fileTypes = knownTypes.map(({ type }) => type) as [FileType, ...FileType[]]

export const defaultFileTypes: readonly FileType[] = knownTypes.filter(({ byDefault }) => byDefault).map(({ type }) => type)

/** So many bytes tell. */
export const TELLING_BYTES = 512

interface Family {
  readonly is: (head: Buffer, text: string) => boolean
  /** Which of them it is, the name says; without a telling name the first. */
  readonly types: readonly FileType[]
}

const startsWith =
  (...starts: readonly (readonly number[])[]) =>
  (head: Buffer) =>
    starts.some((start) => start.every((byte, index) => head[index] === byte))

const families: readonly Family[] = [
  // Some scanners write a few bytes before the mark, as PDF allows; markup before it is something else in disguise.
  { is: (_, text) => /^[^<]*%PDF-\d/.test(text), types: ['application/pdf'] },
  { is: startsWith([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), types: ['image/png'] },
  { is: startsWith([0xff, 0xd8, 0xff]), types: ['image/jpeg'] },
  { is: startsWith([0x49, 0x49, 0x2a, 0x00], [0x4d, 0x4d, 0x00, 0x2a]), types: ['image/tiff'] },
  {
    is: startsWith([0x50, 0x4b, 0x03, 0x04]),
    types: ['application/zip', `${OOXML}.wordprocessingml.document`, `${OOXML}.spreadsheetml.sheet`],
  },
  { is: startsWith([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), types: ['application/msword', 'application/vnd.ms-excel'] },
  { is: (_, text) => /^(?:\u00ef\u00bb\u00bf)?<\?xml /.test(text), types: ['application/xml'] },
  { is: startsWith([0x30, 0x80], [0x30, 0x82], [0x30, 0x83]), types: ['application/pkcs7-mime'] },
]

/** @param head the first {@link TELLING_BYTES}, or all there are. @returns undefined for what none of these is. */
export function typeOf(head: Uint8Array, name: string): FileType | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const family = families.find(({ is }) => is(bytes, bytes.toString('latin1')))
  if (family === undefined) return undefined
  const extension = extensionOf(name)
  return family.types.find((type) => extensionsOf(type).includes(extension)) ?? family.types[0]
}

export function extensionsOf(type: FileType): readonly string[] {
  return knownTypes.find((known) => known.type === type)?.extensions ?? []
}

export function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
}
