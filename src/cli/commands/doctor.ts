import { asLienthongError, type Language } from '../../base/index.js'
import { type LoadedConfig, openConfiguredLedger } from '../../config/index.js'
import { type Check, type CheckState, checkInstallation, checkTenant } from '../../doctor/index.js'
import type { Ledger } from '../../ledger/index.js'
import { command } from '../command.js'
import { type ExitCode, errorDocument, exitCodeOf, exitCodes, type Session, worst } from '../session.js'
import { loggerOf, openConfig, tenantsOf } from './open.js'

const marks: Readonly<Record<CheckState, string>> = { ok: '✓', warn: '!', error: '✗', skipped: '–' }

export const doctor = command({
  name: 'doctor',
  description: 'Would a pass work? Configuration, key, ledger, sources and portal hop by hop, clocks, code tables. Sends no dossier',
  args: {},
  remarks: ['  here 1 means that sampled dossiers would fail, or a clock is wrong; warnings alone end with 0'],
  async run(session) {
    const codes: ExitCode[] = []
    const told = async (checks: AsyncIterable<Check>): Promise<Record<string, unknown>[]> => {
      const documents: Record<string, unknown>[] = []
      for await (const check of checks) {
        if (session.signal.aborted) break
        for (const line of checkLines(session, check)) session.line(line)
        documents.push(checkDocument(check, session.spoken()))
        if (check.state === 'error') codes.push(check.error ? exitCodeOf(check.error) : exitCodes.someFailed)
      }
      return documents
    }

    let loaded: LoadedConfig
    try {
      loaded = await openConfig(session)
    } catch (thrown) {
      const error = asLienthongError(thrown)
      const checks = await told(one({ id: 'config', state: 'error', what: error.text, hint: error.hintText, error }))
      session.result({ error: errorDocument(error, session.spoken()), checks, tenants: [] })
      return exitCodeOf(error)
    }
    const names = tenantsOf(session, loaded)
    const checks = await told(checkInstallation(loaded))
    const ledger = await ledgerIfThereIsOne(loaded)
    const tenants: Record<string, unknown>[] = []
    try {
      for (const tenant of names) {
        if (session.signal.aborted) break
        session.line(tenant)
        const { signal } = session
        tenants.push({
          tenant,
          checks: await told(checkTenant(loaded, tenant, { signal, logger: loggerOf(session, loaded), ...(ledger ? { ledger } : {}) })),
        })
      }
    } finally {
      await ledger?.close()
    }
    session.result({ checks, tenants })
    return session.signal.aborted ? exitCodes.interrupted : worst(codes)
  },
})

async function* one(check: Check): AsyncGenerator<Check> {
  yield check
}

/** Remembers refused passwords. What is wrong with it was said before. */
async function ledgerIfThereIsOne(loaded: LoadedConfig): Promise<Ledger | undefined> {
  return openConfiguredLedger(loaded, 'read', 'doctor').catch(() => undefined)
}

function* checkLines(session: Session, { state, what, hint, details = [] }: Check): Generator<string> {
  yield `${marks[state]} ${session.say(what)}`
  if (hint !== undefined) yield `    → ${session.say(hint)}`
  for (const detail of details) {
    yield `    ${marks[detail.severity]} ${session.say(detail.what)}`
    yield `        → ${session.say(detail.hint)}`
  }
}

function checkDocument({ id, state, what, hint, error, details }: Check, language: Language): Record<string, unknown> {
  return {
    id,
    state,
    what: what[language],
    ...(hint ? { hint: hint[language] } : {}),
    ...(error ? { code: error.code, hop: error.hop } : {}),
    ...(details ? { details: details.map((detail) => ({ ...detail, what: detail.what[language], hint: detail.hint[language] })) } : {}),
  }
}
