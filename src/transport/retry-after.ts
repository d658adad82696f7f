/**
 * Reads the header `Retry-After`, in seconds or as an HTTP date (RFC 9110 §10.2.3).
 *
 * @returns milliseconds from `now`, never negative; undefined when the header is absent or unreadable.
 */
export function retryAfterMs(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined
  const text = header.trim()
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
