import type { LienthongError } from '../base/index.js'

/** Whether a request to the platform certainly did not arrive. Ask this only of an error of the call itself. */
export function neverLeft({ kind }: LienthongError): boolean {
  return kind === 'validation' || kind === 'transient' || kind === 'throttled' || kind === 'config'
}
