import { canonicalJson } from '../base/index.js'

/** Whoever logs in where: the ledger keeps a keyed digest of it when it was refused. */
export function accountOf(address: string, credentials: Readonly<Record<string, string>>): string {
  return canonicalJson([address, credentials])
}

/** Without the keys that are not set: a client's default must not be overwritten by "undefined". */
export function present<T extends object>(options: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [Key in keyof T]?: Exclude<T[Key], undefined> }
}
