// Opens the ledger named on the command line for writing, says so, and stays until it is killed.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context)
    } catch (error) {
      // The sources import each other by the names they have after compilation.
      if (specifier.startsWith('.') && specifier.endsWith('.js')) return next(specifier.replace(/\.js$/, '.ts'), context)
      throw error
    }
  },
})

const [path, key] = process.argv.slice(2)
const { openLedger } = await import('../../src/ledger/index.ts')
await openLedger({ url: `sqlite:${path}`, key: Buffer.from(key, 'base64'), access: 'write', command: 'sync run' })
process.stdout.write('open\n')
process.stdin.resume()
