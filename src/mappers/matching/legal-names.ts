/**
 * Full names that a law itself shortens. Either form may stand in either catalogue. The certificate of the land law: Luật Đất đai 2024, Điều 3
 * khoản 21, and the longer name of the law of 2013.
 */
import type { NameWord } from './name-words.js'

const CERTIFICATE = 'giay chung nhan'
const FULL_NAMES: readonly { readonly full: string; readonly short: string }[] = [
  { full: `${CERTIFICATE} quyen su dung dat quyen so huu nha o va tai san khac gan lien voi dat`, short: CERTIFICATE },
  { full: `${CERTIFICATE} quyen su dung dat quyen so huu nha o tai san khac gan lien voi dat`, short: CERTIFICATE },
  { full: `${CERTIFICATE} quyen su dung dat quyen so huu tai san gan lien voi dat`, short: CERTIFICATE },
]

/** @returns null when the name holds no such full name */
export function legallyShortened(words: readonly NameWord[]): readonly NameWord[] | null {
  if (!words.some(({ bare }, at) => bare === 'giay' && words[at + 3]?.bare === 'quyen' && words[at + 7]?.bare === 'quyen')) return null
  let text = ` ${words.map(({ bare }) => bare).join(' ')} `
  let left = words
  let shortened = false
  for (const { full, short } of FULL_NAMES) {
    for (let at = text.indexOf(` ${full} `); at >= 0; at = text.indexOf(` ${full} `)) {
      const from = text.slice(0, at).split(' ').length - 1
      left = [...left.slice(0, from + short.split(' ').length), ...left.slice(from + full.split(' ').length)]
      text = ` ${left.map(({ bare }) => bare).join(' ')} `
      shortened = true
    }
  }
  return shortened ? left : null
}
