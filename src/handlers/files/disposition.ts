/** The name under which a file is offered. RFC 6266, RFC 5987 */
import { extensionOf, extensionsOf, type FileType } from '../../sync/index.js'

const LONGEST = 150

/** What a name is called of which nothing is left. */
const NAMELESS = 'tep'

/** Control characters, and those that turn the direction of writing: `gpj.exe` must not look like `exe.jpg`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/** A file's name and nothing else: no folder, no trick, an extension that says what it is. */
export function cleanName(name: string, type: FileType): string {
  const last = name.toWellFormed().normalize('NFC').replace(UNSEEN, '').split(/[/\\]/).at(-1) ?? ''
  const plain = last
    .replace(/[<>:"|?*%;]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .replace(/\s+/g, ' ')
  const extension = extensionOf(plain)
  const fits = extensionsOf(type).includes(extension)
  const kept = fits ? plain.slice(0, -extension.length - 1) : plain
  const stem = [...kept].slice(0, LONGEST).join('').trim() || NAMELESS
  // Names that Windows gives to devices.
  const safe = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(stem) ? `_${stem}` : stem
  return `${safe}.${fits ? extension : extensionsOf(type)[0]}`
}

/** Both forms: whoever does not know the second one shows Vietnamese without its marks. */
export function contentDisposition(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/[^\u0020-\u007e]/g, '_')
    .replace(/["\\]/g, '_')
    // A name may be made of marks alone.
    .replace(/^ *(?=\.[^.]*$)/, NAMELESS)
  const encoded = encodeURIComponent(name).replace(/['()*!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
