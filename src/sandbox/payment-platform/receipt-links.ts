/** Links to receipts, which end soon: a client that stores the link has no receipt. contracts/payment-platform.md §4.4 */
import { createHash } from 'node:crypto'
import type { Transaction } from './books.js'
import type { PlatformOptions } from './options.js'

export const FILES = '/payment-platform/files/'

export function receiptLink({ token }: Transaction, origin: string, now: number, { receiptLinkMs }: PlatformOptions): string {
  const until = String(now + receiptLinkMs)
  return `${origin}${FILES}${token}-${until}-${mark(token, until)}.pdf`
}

/** @returns the page token of the transaction whose receipt it is; undefined for a link that has ended or was never given. */
export function tokenInLink(path: string, now: number): string | undefined {
  const [, token = '', until = '', given = ''] = /^([0-9a-f]{32})-(\d+)-([0-9a-f]{16})\.pdf$/.exec(path.slice(FILES.length)) ?? []
  return token !== '' && given === mark(token, until) && now < Number(until) ? token : undefined
}

function mark(token: string, until: string): string {
  return createHash('sha256').update(`receipt/${token}/${until}`).digest('hex').slice(0, 16)
}
