import { accept, type Parsed, refuse } from './parsed.js'

/** Prefixes in use; 052 and 055 vary within. contracts/rules-and-indicators.md §6.4 */
const MOBILE = /^0(3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)\d{7}$/
const FIXED = /^02\d{9}$/
const HOTLINE = /^(1800\d{4,6}|1900\d{4,6}|1\d{2,3})$/

/** Reads a person's phone number. @returns it in E.164, `+84901234567`. */
export function parsePhone(text: string): Parsed<string> {
  const bare = text.replace(/[\s.()-]/g, '')
  const national = bare.replace(/^(?:\+84|0084|84(?=\d{9,10}$))/, '0')
  if (MOBILE.test(national) || FIXED.test(national)) return accept(`+84${national.slice(1)}`)
  if (HOTLINE.test(bare)) return refuse('this is a hotline, not a person’s phone', 'đây là số tổng đài, không phải điện thoại cá nhân')
  return refuse(
    'a mobile number has 10 digits (0901234567), a fixed line 11 (02193123456)',
    'số di động có 10 chữ số (0901234567), số cố định 11 chữ số (02193123456)',
  )
}

/** Reads a hotline: short codes and 1800/1900 numbers, but also ordinary phones. */
export function parseHotline(text: string): Parsed<string> {
  const bare = text.replace(/[\s.()-]/g, '')
  return HOTLINE.test(bare) ? accept(bare) : parsePhone(text)
}
