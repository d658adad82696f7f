// Every door, named in the arguments, opens with `require()`, and gives the same library as `import`.
const assert = require('node:assert/strict')
const { LienthongError, isLienthongError } = require('lienthong')
const { nationalPortal } = require('lienthong/connectors')
const { startSandbox } = require('lienthong/sandbox')

async function main() {
  for (const door of process.argv.slice(2)) {
    const required = require(door)
    assert.ok(Object.keys(required).length > 0, `${door} exports nothing`)
    assert.deepEqual(Object.keys(required), Object.keys(await import(door)))
  }
  assert.ok(isLienthongError(new LienthongError('portal.session_lost')))
  assert.equal(typeof nationalPortal, 'function')
  const sandbox = await startSandbox({ port: 0 })
  await sandbox.stop()
}

main()
