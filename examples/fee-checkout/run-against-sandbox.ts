/** Opens the portal on this machine, with a payment platform of made-up money: `node run-against-sandbox.ts`, then a browser. Ctrl-C ends it. */
import { startSandboxProvince } from './sandbox-province.ts'

const { url, stop } = await startSandboxProvince()
console.log(`${url}  –  try H99-261122-0001 (a fee) and QD-0001/2026 (a fine); no real money`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
