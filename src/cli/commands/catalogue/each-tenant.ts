import { asLienthongError } from '../../../base/index.js'
import type { LoadedConfig } from '../../../config/index.js'
import type { Ledger } from '../../../ledger/index.js'
import { usage } from '../../command.js'
import type { Progress } from '../../progress.js'
import { type ExitCode, errorDocument, exitCodeOf, exitCodes, type Session, worst } from '../../session.js'
import { tenantsOf, withLedger } from '../open.js'

/** What a command did for one tenant: its part of the JSON document, and how it went. */
export interface TenantResult {
  readonly document: Readonly<Record<string, unknown>>
  readonly code: ExitCode
}

export interface EachTenantOptions {
  readonly access: 'read' | 'write'
  readonly name: string
  readonly progress?: Progress
  /** The option that names a file: it belongs to one tenant. */
  readonly oneFile?: string | undefined
}

/** Does something for each tenant that the command is about; one that fails does not keep the others waiting (I8). */
export async function eachTenant(
  session: Session,
  loaded: LoadedConfig,
  { access, name, progress, oneFile }: EachTenantOptions,
  work: (tenant: string, ledger: Ledger) => Promise<TenantResult>,
): Promise<ExitCode> {
  const tenants = tenantsOf(session, loaded)
  if (oneFile !== undefined && tenants.length > 1) {
    const known = tenants.join(', ')
    throw usage({
      en: `--${oneFile} is about one tenant: name it with --tenant (${known})`,
      vi: `--${oneFile} chỉ dùng cho một đơn vị: chỉ ra bằng --tenant (${known})`,
    })
  }
  const documents: Record<string, unknown>[] = []
  const codes: ExitCode[] = []
  await withLedger(loaded, access === 'write' ? 'command' : access, name, async (ledger) => {
    for (const tenant of tenants) {
      if (session.signal.aborted) break
      try {
        const { document, code } = await work(tenant, ledger)
        documents.push({ tenant, ...document })
        codes.push(code)
      } catch (error) {
        progress?.end()
        if (session.signal.aborted) break
        const failure = asLienthongError(error)
        documents.push({ tenant, error: errorDocument(failure, session.spoken()) })
        codes.push(exitCodeOf(failure))
        session.trouble(failure, tenant)
      }
    }
  })
  session.result({ tenants: documents })
  return session.signal.aborted ? exitCodes.interrupted : worst(codes)
}
