/** Live progress on stderr: one line that renews itself on a terminal, a plain line now and then in a log. */
import type { Clock } from '../base/index.js'
import type { Session } from './session.js'

export interface Progress {
  /** `done` of `total`, both counts; total may grow or be unknown. */
  show(label: string, done: number, total: number | undefined, extra?: string): void
  end(): void
}

const RENEW_MS = 150
const LOG_EVERY_MS = 5000

export function openProgress(session: Session, clock: Clock): Progress {
  const { quiet, streams } = session
  if (quiet) return { show() {}, end() {} }
  const { err } = streams
  const live = err.isTTY === true
  let shownAt = Number.NEGATIVE_INFINITY
  let startedAt = clock.now()
  let phase = ''
  let wroteLine = false
  return {
    show(label, done, total, extra = '') {
      const now = clock.now()
      if (label !== phase) {
        phase = label
        startedAt = now
      } else if (now - shownAt < (live ? RENEW_MS : LOG_EVERY_MS)) return
      shownAt = now
      const text = lineOf(session.count, label, done, total, extra, now - startedAt)
      if (live) {
        err.write(`\r\x1b[2K${text.slice(0, (err.columns ?? 100) - 1)}`)
        wroteLine = true
      } else err.write(`${text}\n`)
    },
    end() {
      if (live && wroteLine) err.write('\r\x1b[2K')
    },
  }
}

function lineOf(count: Session['count'], label: string, done: number, total: number | undefined, extra: string, elapsedMs: number): string {
  const rate = elapsedMs > 500 ? done / (elapsedMs / 1000) : undefined
  const parts = [label, total === undefined ? count(done) : `${count(done)}/${count(total)}`]
  if (rate !== undefined && rate > 0) {
    parts.push(`${count(Math.round(rate))}/s`)
    if (total !== undefined && total > done) parts.push(`ETA ${duration((total - done) / rate)}`)
  }
  if (extra !== '') parts.push(extra)
  return parts.join('  ')
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
