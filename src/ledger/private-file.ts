import { closeSync, openSync } from 'node:fs'

/** Readable and writable by its owner, by nobody else. On Windows the folder's own rights decide. */
export const OWNER_ONLY = 0o600

/**
 * Makes sure that a file which is about to be created can be read by its owner only, from its first moment on and whatever the umask is.
 * A file that exists keeps the rights somebody gave it. SQLite gives `-wal` and `-shm` the rights of the database.
 */
export function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', OWNER_ONLY))
  } catch {
    // It exists, or cannot be created: whoever opens it next says so better.
  }
}
