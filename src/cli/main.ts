/** The `lienthong` command. The first Ctrl-C stops at the next safe point and saves; the second ends at once, which the ledger survives, too. */
import { run } from './run.js'
import { exitCodes } from './session.js'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(exitCodes.interrupted)
    stopping.abort()
  })
}
// A reader that went away (`| head -1`) is no reason to stop half-way: the work goes on and nobody listens.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
  })
}

process.exitCode = await run(process.argv.slice(2), {
  streams: {
    // Opened only by who reads it.
    get in() {
      return process.stdin
    },
    out: process.stdout,
    err: process.stderr,
  },
  signal: stopping.signal,
  workingFolder: process.cwd(),
  environment: process.env,
})
