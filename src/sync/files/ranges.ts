/** Parts of a file. RFC 9110 §14 */
import type { RangeAsked } from '../ports.js'

export interface Part {
  /** First and last byte, both included. */
  readonly from: number
  readonly to: number
}

const ONE_RANGE = /^bytes=[ \t]*(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))[ \t]*$/i

/** @returns undefined for what asks for no single range: then the whole file is the answer. */
export function parseRange(header: string | undefined): RangeAsked | undefined {
  const [, from, to, last] = ONE_RANGE.exec(header ?? '') ?? []
  if (last !== undefined) return { last: Number(last) }
  if (from === undefined) return undefined
  if (to === undefined || to === '') return { from: Number(from) }
  return Number(to) < Number(from) ? undefined : { from: Number(from), to: Number(to) }
}

/** @returns undefined when the file has no such bytes. */
export function partOf(asked: RangeAsked, size: number): Part | undefined {
  if ('last' in asked) return asked.last === 0 || size === 0 ? undefined : { from: Math.max(0, size - asked.last), to: size - 1 }
  return asked.from >= size ? undefined : { from: asked.from, to: Math.min(asked.to ?? size - 1, size - 1) }
}

/** `bytes=0-511`, as it is asked of another server. */
export function rangeHeader(asked: RangeAsked): string {
  return 'last' in asked ? `bytes=-${asked.last}` : `bytes=${asked.from}-${asked.to ?? ''}`
}

/** `bytes 0-511/1234` of an answer. */
export function parseContentRange(header: string | undefined): { readonly part: Part | null; readonly size: number | null } {
  const [, from, to, size] = /^bytes (?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/i.exec(header ?? '') ?? []
  return {
    part: from === undefined || to === undefined ? null : { from: Number(from), to: Number(to) },
    size: size === undefined || size === '*' ? null : Number(size),
  }
}

/** Of a body that is longer, these bytes; it is read no further than needed. */
export async function* sliced(body: AsyncIterable<Uint8Array>, { from, to }: Part): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const chunk of body) {
    const [start, end] = [Math.max(0, from - at), Math.min(chunk.length, to + 1 - at)]
    if (start < end) yield chunk.subarray(start, end)
    at += chunk.length
    if (at > to) return
  }
}
