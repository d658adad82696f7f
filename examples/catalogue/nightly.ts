/**
 * One night of the procedure catalogue, as a program of your own: pull both catalogues, take over what officers decided, match, and write
 * what waits for a person. Put it on a timer, before the pass (README.md).
 *
 *   node nightly.ts [lienthong.config.json]
 *
 * Reads `catalogue/TENANT/decided/*.xlsx`; writes `catalogue/TENANT/open-DAY.xlsx` and `differences-DAY.xlsx`.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  asLienthongError,
  assembleCatalogues,
  type Ledger,
  type LienthongError,
  type LoadedConfig,
  loadConfig,
  openConfiguredLedger,
  tenantDirectory,
} from 'lienthong'
import {
  decisionRows,
  diffCatalogues,
  listedNow,
  matchCatalogues,
  pullCatalogue,
  takeDecisions,
  tenantView,
  writeDecisions,
  writeDifferences,
} from 'lienthong/catalogue'
import { completenessFindings } from 'lienthong/rules'

const EXIT = { done: 0, somethingWaits: 1, refused: 2, unreachable: 3, internal: 4, interrupted: 130 } as const
const LANGUAGE = 'vi'
/** Lines for the log; the workbooks and the ledger have all. */
const TOLD = 20

const exitCodes: Partial<Record<LienthongError['kind'], number>> = {
  transient: EXIT.unreachable,
  throttled: EXIT.unreachable,
  unknown: EXIT.unreachable,
  protocol: EXIT.unreachable,
  aborted: EXIT.interrupted,
}

// Ctrl-C, or the timer's time-out: what was read is kept; the next night goes on from there.
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

try {
  process.exitCode = await everyTenant(process.argv[2])
} catch (error) {
  process.exitCode = tell(error)
}

async function everyTenant(configFile: string | undefined): Promise<number> {
  const loaded = await loadConfig(configFile, process.cwd())
  const ledger = await openConfiguredLedger(loaded, 'write', 'nightly')
  let worst: number = EXIT.done
  try {
    for (const tenant of Object.keys(loaded.config.tenants)) {
      // One tenant that fails must not keep the others waiting.
      worst = Math.max(worst, await night(loaded, tenant, ledger).catch((error: unknown) => tell(error, tenant)))
      if (stopping.signal.aborted) return EXIT.interrupted
    }
  } finally {
    await ledger.close()
  }
  return worst
}

/** @returns the exit code of one tenant. */
async function night(loaded: LoadedConfig, tenant: string, ledger: Ledger): Promise<number> {
  const folder = join(loaded.folder, 'catalogue', tenant)
  for (const name of ['decided', 'taken']) mkdirSync(join(folder, name), { recursive: true })

  const pulled = await pull(loaded, tenant, ledger)
  if (stopping.signal.aborted) return EXIT.interrupted
  // After a failed pull the rest still works, on the last good catalogue.
  const decided = await takeSheets(folder, tenant, ledger)
  const { rows } = await matchCatalogues({ ledger, tenant, signal: stopping.signal })
  const open = rows.filter(({ decision, decidedCode }) => decidedCode === undefined && (decision === 'suggest' || decision === 'conflict'))
  const { differences, day } = await compare(loaded, tenant, ledger)

  // A sheet a day: nobody's half-filled one is written over.
  if (open.length > 0) writeFileSync(join(folder, `open-${day}.xlsx`), await writeDecisions(decisionRows(open, new Map()), 'xlsx', LANGUAGE))
  writeFileSync(join(folder, `differences-${day}.xlsx`), await writeDifferences(differences, LANGUAGE))
  for (const { localCode, name, reasons } of open.slice(0, TOLD))
    console.error(`${tenant}: ${localCode} ${name}: ${reasons.map((reason) => reason[LANGUAGE]).join('; ')}`)
  const { differs, abolished } = differences.summary.kinds
  console.log(JSON.stringify({ tenant, day, pulled: pulled.outcomes, decided: decided.kept, open: open.length, differs, abolished }))
  return Math.max(pulled.code, decided.refused + open.length > 0 ? EXIT.somethingWaits : EXIT.done)
}

async function pull(loaded: LoadedConfig, tenant: string, ledger: Ledger) {
  let code: number = EXIT.done
  const outcomes: Record<string, string> = {}
  const catalogues = assembleCatalogues(loaded, tenant)
  for (const catalogue of ['local', 'national'] as const) {
    const configured = catalogues[catalogue]
    if (configured === undefined) continue
    const report = await pullCatalogue({ ledger, tenant, catalogue, ...configured, signal: stopping.signal })
    outcomes[catalogue] = report.outcome
    // Single procedures that cannot be read are named and counted; an error is about the whole catalogue.
    for (const { place, message } of report.problems.slice(0, TOLD)) console.error(`${tenant}: ${place}: ${message[LANGUAGE]}`)
    if (report.error !== null) code = Math.max(code, tell(report.error, tenant))
    else if (report.details.failed > 0) code = Math.max(code, EXIT.somethingWaits)
  }
  return { outcomes, code }
}

/** Sheets that officers filled in. Each is taken once and put away; doubtful rows are named, the others count. */
async function takeSheets(folder: string, tenant: string, ledger: Ledger) {
  let kept = 0
  let refused = 0
  for (const name of readdirSync(join(folder, 'decided')).sort()) {
    // `~$…` is what Excel puts beside a file that somebody has open.
    if (name.startsWith('~$') || !/\.(xlsx|csv)$/i.test(name)) continue
    const path = join(folder, 'decided', name)
    try {
      const taken = await takeDecisions(ledger, tenant, readFileSync(path), name)
      kept += taken.kept
      for (const { severity, message, hint } of taken.findings) {
        if (severity === 'error') refused++
        console.error(`${tenant}: ${name}: ${message[LANGUAGE]}\n  → ${hint[LANGUAGE]}`)
      }
    } catch (error) {
      // No such sheet at all: it stays, and is told again every night.
      tell(error, `${tenant}: ${name}`)
      refused++
      continue
    }
    renameSync(path, join(folder, 'taken', `${new Date().toISOString().replaceAll(':', '')}-${name}`))
  }
  return { kept, refused }
}

/** What the province says otherwise than the nation, what it lacks, and what nobody has filled in. */
async function compare(loaded: LoadedConfig, tenant: string, ledger: Ledger) {
  const view = await tenantView(ledger, tenant, await tenantDirectory(loaded, tenant, ledger))
  const { local, link, day } = view
  const national = (code: string) => view.national.get(code)
  return { day, differences: diffCatalogues({ local, listed: listedNow(view), national, link, completeness: completenessFindings, day }) }
}

/** Decide by `code` or `kind`, never by the wording. @returns the exit code. */
function tell(error: unknown, tenant = 'nightly'): number {
  const { code, kind, message, hint } = asLienthongError(error)
  console.error(`${tenant}: ${code}: ${message}\n  → ${hint}`)
  if (code === 'internal.bug' || code.startsWith('ledger.')) return EXIT.internal
  return exitCodes[kind] ?? EXIT.refused
}
