/**
 * Runs the demo with 500 dossiers and seeds 1–3 and judges it by the books of the sandbox: nothing lost, doubled or out of order, and no
 * more dossiers failed or skipped than the generator planted.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const SEEDS = [1, 2, 3]
const DOSSIERS = 500
const command = join(import.meta.dirname, '../bin/lienthong.js')

interface Summary {
  readonly dossiers: { readonly seen: number; readonly pending: number; readonly skipped: number; readonly failed: number }
  readonly portal: { readonly dossiers: number; readonly lost: number; readonly duplicated: number; readonly outOfOrder: number }
  readonly procedures: { readonly exact: number; readonly auto: number; readonly wrong: number; readonly unread: number }
  readonly payments: {
    readonly paid: number
    readonly disputed: number
    readonly platform: number
    readonly unreported: number
    readonly journal: string
    readonly told: number
    readonly dossiersPaid: readonly string[]
  } | null
  readonly planted: { readonly dirty: number; readonly excluded: number }
  readonly elapsedMs: number
}

function complaints({ dossiers, portal, procedures, planted, payments }: Summary, exitCode: number | null): string[] {
  const allowed = planted.dirty + planted.excluded
  const expectations: readonly (readonly [boolean, string])[] = [
    [exitCode === 0, `exit code ${exitCode}`],
    [portal.dossiers > 0, 'nothing arrived at the portal'],
    [portal.lost === 0, `${portal.lost} lost`],
    [portal.duplicated === 0, `${portal.duplicated} duplicated`],
    [portal.outOfOrder === 0, `${portal.outOfOrder} out of order`],
    [procedures.exact > 0 && procedures.auto > 0, 'no procedure was matched'],
    [procedures.wrong === 0, `${procedures.wrong} procedures matched wrongly`],
    [procedures.unread === 0, `${procedures.unread} procedures could not be read`],
    [payments !== null && payments.platform > 0 && payments.dossiersPaid.length > 0, 'nobody paid'],
    [payments?.paid === (payments?.platform ?? 0) - (payments?.disputed ?? 0), 'the books of payments differ'],
    [payments?.unreported === 0 && payments.journal === 'holds', `${payments?.unreported} payments unreported, the journal ${payments?.journal}`],
    [payments?.told === payments?.dossiersPaid.length, 'paid dossiers are not told'],
    [dossiers.pending === 0, `${dossiers.pending} still pending`],
    [dossiers.failed + dossiers.skipped <= allowed, `${dossiers.failed} failed and ${dossiers.skipped} skipped, but only ${allowed} planted`],
  ]
  return expectations.filter(([holds]) => !holds).map(([, complaint]) => complaint)
}

for (const seed of SEEDS) {
  const options = [command, 'demo', '--json', '--dossiers', String(DOSSIERS), '--seed', String(seed)]
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8', timeout: 120_000, maxBuffer: 64 * 1024 * 1024 })
  try {
    const summary: Summary = JSON.parse(stdout)
    const wrong = complaints(summary, status)
    console.log(
      `seed ${seed}: ${wrong.length === 0 ? 'ok' : wrong.join('; ')} (${summary.portal.dossiers} dossiers at the portal, ${summary.elapsedMs} ms)`,
    )
    if (wrong.length > 0) process.exitCode = 1
  } catch (error) {
    console.error(
      `seed ${seed}: exit code ${status}, no summary: ${error instanceof Error ? error.message : error}\n${stderr}${stdout.slice(0, 2000)}`,
    )
    process.exitCode = 1
  }
}
