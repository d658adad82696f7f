#!/usr/bin/env node
// Only syntax that Node.js 12 can read, so that an old one says what is missing instead of failing on what it does not know.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 13)) {
  // Node.js 22 calls its own SQLite experimental; the person on duty can do nothing about it.
  const { emitWarning } = process
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) emitWarning.call(process, warning, ...rest)
  }
  // V8 lets garbage grow with the machine's memory; servers that run this on a timer have other things to do with theirs.
  import('node:v8')
    .then(({ setFlagsFromString }) => {
      setFlagsFromString('--heap-growing-percent=50')
      setFlagsFromString('--semi-space-growth-factor=1')
      return import('../dist/cli/main.js')
    })
    .catch((error) => {
      console.error(error)
      process.exitCode = 4
    })
} else {
  console.error(`lienthong needs Node.js 22.13 or newer, this is ${major}.${minor} / cần Node.js từ 22.13 trở lên, hiện là ${major}.${minor}`)
  process.exitCode = 2
}
