/** The story of a payment office whose machine is switched off again and again while citizens pay. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { seededRandom } from '../../src/base/index.js'
import { newLedgerKey, openLedger, parseLedgerKey } from '../../src/ledger/index.js'
import { type FaultPlanInput, startSandbox } from '../../src/sandbox/index.js'
import { emptyFolder } from '../cli/command-line.js'
import { ACCOUNTS, TENANT } from '../payments/till.js'
import { type Books, billOf, compareBooks, whim } from './payment-town.js'

const program = fileURLToPath(new URL('./payment-office-process.mjs', import.meta.url))

export interface KilledPayments {
  readonly kills: number
  /** Kills that left an attempt written down of which the office had not heard whether it arrived. */
  readonly killedInFlight: number
  readonly books: Books
}

/** From the moment at which the office is open to its end by force. */
const LONGEST_LIFE_MS = 500
const PATIENCE_MS = 5000
/** One visitor in so many pays twice, whatever the others do. */
const TWICE_EACH = 6
/** Nothing is proved by kills that hit nothing, nor where nobody paid twice: there are more of them until so many have hit. */
const LEAST_IN_FLIGHT = 3
/** Short, so that pages close and questions come within the test; longer than anything is under way. */
const settings = { pageMs: 1500, graceMs: 300, askAfterMs: 60, longestWaitMs: 400, sendingMs: 4000 }

const faults: FaultPlanInput = {
  seed: 'killed payments',
  rules: [
    { service: 'INIT', kind: 'timeout-after-apply', probability: 0.05, delayMs: 50 },
    { service: 'INIT', kind: 'late-apply', probability: 0.05, delayMs: 50 },
    { service: 'CONFIRM', kind: 'timeout-before', probability: 0.2 },
    { service: 'CONFIRM', kind: 'timeout-after-apply', probability: 0.2 },
    { service: 'CONFIRM', kind: 'late-apply', probability: 0.1, delayMs: 100 },
    { system: 'payment-platform', kind: 'http-500', probability: 0.05 },
    { system: 'payment-platform', kind: 'reset', probability: 0.05 },
  ],
}

export async function tellKilledPayments({
  bills,
  kills: wanted,
  seed,
}: {
  readonly bills: number
  readonly kills: number
  readonly seed: number
}): Promise<KilledPayments> {
  const random = seededRandom(`${seed}/payment kills`)
  const sandbox = await startSandbox({
    // Long enough that whoever is killed mostly has something under way.
    latencyMs: 40,
    faults,
    options: { payments: { tries: 40, retryMs: 20, slowMs: 200, pageMs: settings.pageMs } },
  })
  onTestFinished(() => sandbox.stop())
  const { urls, credentials: { partner = '', secret = '' } = {} } = sandbox.systems['payment-platform'] ?? {}
  const port = await freePort()
  const door = `http://127.0.0.1:${port}`
  sandbox.payments.register({ partner, callbackUrl: `${door}/results`, inquiryUrl: `${door}/inquiry` })
  const key = newLedgerKey()
  const folder = emptyFolder()
  const ledgerUrl = `sqlite:${join(folder, 'ledger.db')}`
  const allBills = Array.from({ length: bills }, (_, index) => billOf(index))
  const town = { ledgerUrl, key, port, tenant: TENANT, accounts: ACCOUNTS, partner, secret, urls, settings, bills: allBills }
  const townFile = join(folder, 'town.json')
  writeFileSync(townFile, JSON.stringify(town))

  let visitors = 0
  /** @returns when the office is open; it is killed with the test at the latest. */
  const openOffice = async (finish: boolean) => {
    const served = Promise.withResolvers<void>()
    const child = spawn(process.execPath, [program, townFile, finish ? 'finish' : 'open'], { stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    createInterface({ input: child.stdout }).on('line', (reference) => {
      // Half a line is what a kill leaves: nobody was sent to such a page.
      const known = sandbox.payments.transactions().find((one) => one.reference === reference)
      if (known === undefined) return
      visitors += 1
      const action = visitors % TWICE_EACH === 0 ? 'pay-twice' : whim(`${seed}/${known.billCode}/${reference}`)
      sandbox.payments.citizen({ reference, action })
      served.resolve()
    })
    let said = ''
    const ended = once(child, 'exit')
    await new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.includes('ready')) resolve()
      })
      void ended.then(() => reject(new Error(`the office did not open: ${said}`)))
    })
    return {
      /** Somebody was sent to a page. */
      served: Promise.race([served.promise, ended]),
      async kill() {
        child.kill('SIGKILL')
        await ended
      },
    }
  }
  const look = () => openLedger({ url: ledgerUrl, key: parseLedgerKey(key) as Uint8Array, access: 'read' })

  let killedInFlight = 0
  const left = new Set<string>()
  let kills = 0
  const hasProved = () => killedInFlight >= LEAST_IN_FLIGHT && sandbox.payments.transactions().some(({ payments }) => payments.length > 1)
  for (; kills < wanted || (!hasProved() && kills < 5 * wanted); kills++) {
    const office = await openOffice(false)
    const national = sandbox.payments.national({ code: allBills[Math.floor(random() * bills)]?.billCode ?? '' })
    // One in three dies at any moment, the others while people come: a slow machine serves nobody for a while.
    if (random() < 2 / 3) await Promise.race([office.served, pause(PATIENCE_MS)])
    await pause(random() * LONGEST_LIFE_MS)
    await office.kill()
    await national
    const ledger = await look()
    const unheard = await ledger.db.selectFrom('payment_attempts').select('reference').where('state', '=', 'created').execute()
    await ledger.close()
    // What an earlier kill left may still wait to be asked for.
    if (unheard.some(({ reference }) => !left.has(reference))) killedInFlight += 1
    for (const { reference } of unheard) left.add(reference)
  }

  // The weather clears, and nobody kills any more: what was not told is asked for.
  sandbox.faults({ rules: [] })
  const office = await openOffice(true)
  await sandbox.payments.settle()
  await expect.poll(async () => (await fetch(`${door}/to-ask`)).text(), { timeout: 300_000, interval: 100 }).toBe('0')
  await office.kill()
  const ledger = await look()
  const books = await compareBooks(ledger, sandbox.payments.transactions(), partner)
  await ledger.close()
  return { kills, killedInFlight, books }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
