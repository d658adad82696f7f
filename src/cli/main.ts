/** The `lienthong` command. The first Ctrl-C lets what is under way finish and saves; the second ends at once. */
import { run } from './run.js'
import { exitCodes } from './session.js'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(exitCodes.interrupted)
    stopping.abort()
  })
}
// A reader that went away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.done)
})

process.exitCode = await run(process.argv.slice(2), {
  streams: { out: process.stdout, err: process.stderr },
  signal: stopping.signal,
  workingFolder: process.cwd(),
  environment: process.env,
})
