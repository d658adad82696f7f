/** Dossiers of a register kept in one file, read whole each pass. contracts/provincial-sources.md §10 */
import { LienthongError } from '../../base/index.js'
import type { DossierSource, SourceBatch } from '../ports.js'
import { openFile } from './opened-file.js'
import { FileChanged, paymentsIn, type RegisterSettings, registerEpoch, registerItems, scanRegisters } from './register-items.js'

export interface RegisterSourceOptions extends RegisterSettings {
  readonly file: string
}

/** How often a file is read anew that is replaced while it is read. */
const READINGS = 3

export function registerSource(options: RegisterSourceOptions): DossierSource {
  return {
    epoch: registerEpoch(options),
    async *changes(_cursor, { signal }): AsyncGenerator<SourceBatch> {
      for (let reading = 1; ; reading++) {
        try {
          yield* readOnce(options, signal)
          return
        } catch (error) {
          if (!(error instanceof FileChanged)) throw error
          if (reading >= READINGS) throw new LienthongError('source.file_changing', { values: { file: error.file.name } })
        }
      }
    },
  }
}

async function* readOnce(options: RegisterSourceOptions, signal: AbortSignal | undefined): AsyncGenerator<SourceBatch> {
  const file = await openFile(options.file, { links: true })
  try {
    const paid = await paymentsIn(options)
    const scan = await scanRegisters([file], options, signal)
    const refused = scan.refused.get(file)
    if (refused) throw refused
    for await (const items of registerItems(file, 0, scan, options, paid, signal)) yield { items, cursor: null, end: 'more' }
    yield { items: [], cursor: null, end: 'complete' }
  } finally {
    await file.close()
  }
}
