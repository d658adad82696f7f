import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { LienthongError } from '../base/index.js'
import { createPrivately, OWNER_ONLY } from './private-file.js'

const SQLITE_BUSY = 5

/** Who writes a ledger, as told to whoever else wants to. */
export interface LockHolder {
  readonly pid: number
  readonly host: string
  readonly command: string
  readonly since: string
}

/**
 * Makes this process the only writer of a ledger. The lock is an open transaction on a small database beside it: the operating system
 * gives it back when the process dies, however it dies, so nothing is ever left to delete by hand.
 *
 * @throws {LienthongError} `ledger.locked`, naming the holder.
 * @returns a function that gives the lock back.
 */
export function takeWriterLock(ledgerPath: string, holder: LockHolder): () => void {
  createPrivately(`${ledgerPath}-lock`)
  const lock = new DatabaseSync(`${ledgerPath}-lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    throw new LienthongError('ledger.locked', { hop: 'ledger', values: { path: ledgerPath, holder: describeHolder(ledgerPath) }, cause })
  }
  writeFileSync(`${ledgerPath}-writer`, JSON.stringify(holder), { mode: OWNER_ONLY })
  return () => {
    lock.exec('rollback')
    lock.close()
  }
}

/**
 * Who writes a ledger now, in words; undefined when nobody does. Asks without taking the lock: a reader of the small database is turned
 * away exactly while a writer holds it.
 */
export function currentWriter(ledgerPath: string): string | undefined {
  if (!existsSync(`${ledgerPath}-lock`)) return undefined
  const lock = new DatabaseSync(`${ledgerPath}-lock`, { readOnly: true, timeout: 0 })
  try {
    lock.prepare('select count(*) from sqlite_master').get()
    return undefined
  } catch (cause) {
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause
    return describeHolder(ledgerPath)
  } finally {
    lock.close()
  }
}

function describeHolder(ledgerPath: string): string {
  const path = `${ledgerPath}-writer`
  if (!existsSync(path)) return 'another process'
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as LockHolder
    return `process ${holder.pid} on ${holder.host} (${holder.command}, since ${holder.since})`
  } catch {
    return 'another process'
  }
}
