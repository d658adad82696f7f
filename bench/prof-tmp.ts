import { rmSync, mkdtempSync } from 'node:fs'
import { push } from './push.ts'
const folder = mkdtempSync('/tmp/bp-')
const { contest, stop } = await push(folder)
console.log(await contest.ours(), await contest.ours(), await contest.ours())
await stop()
