// Every door, named in the arguments, opens with `import`; what comes through them is one library and not several copies of it.
import assert from 'node:assert/strict'
import { isLienthongError, LienthongError } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { startSandbox } from 'lienthong/sandbox'

for (const door of process.argv.slice(2)) assert.ok(Object.keys(await import(door)).length > 0, `${door} exports nothing`)

const sandbox = await startSandbox({ port: 0 })
try {
  const { url, credentials } = sandbox.systems['national-portal']
  const wrong = { adapterUrl: url, agencyCode: '000.00.00.H99', credentials, dialect: 'no-such-dialect' }
  assert.throws(
    () => nationalPortal(wrong),
    (error) => isLienthongError(error) && error instanceof LienthongError && error.kind === 'config',
  )
} finally {
  await sandbox.stop()
}
