/** What waits of one dossier, unsealed and mapped as it would be sent now. Personal data: only for whoever asks for it by name. */
import { type Finding, hasErrors } from '../base/index.js'
import type { Dossier } from '../domain/index.js'
import { type Ledger, type OperationKind, waitingOf } from '../ledger/index.js'
import { linkFiles } from './files/linking.js'
import { unseal } from './sealed.js'
import type { TenantSync } from './settings.js'
import type { WaitingStep } from './versions.js'

export interface WaitingContent {
  /** Of the operation. */
  readonly id: number
  readonly kind: OperationKind
  /** The record or step on the wire; null when it cannot be mapped. */
  readonly record: unknown
  readonly findings: readonly Finding[]
  readonly sendable: boolean
}

/** In the order in which it is sent. Empty when nothing waits: what was confirmed is not kept. */
export async function waitingContents(
  { ledger, tenant, target }: Pick<TenantSync, 'tenant' | 'target'> & { readonly ledger: Ledger },
  source: string,
  sourceId: string,
): Promise<WaitingContent[]> {
  const waiting = await waitingOf(ledger, tenant, source, sourceId)
  if (!waiting) return []
  const { row, operations } = waiting
  let code = row.sent_code
  return operations.map((operation) => {
    const { id, kind } = operation
    const mapped = () => {
      if (kind === 'step') {
        const { step, agencyName } = unseal<WaitingStep>(ledger, row, operation)
        return target.prepareStep(step, { code: code ?? '', agencyName })
      }
      const dossier = unseal<Dossier>(ledger, row, operation)
      code ??= dossier.nationalCode
      const linked = linkFiles(dossier, { ...row, vault: ledger.vault }, target.files)
      const prepared = target.prepareRecord(linked.dossier, code)
      return { ...prepared, findings: [...linked.findings, ...prepared.findings] }
    }
    const prepared = mapped()
    const { findings } = prepared
    return {
      id: Number(id),
      kind,
      record: prepared.ok ? prepared.value.record : null,
      findings,
      sendable: prepared.ok && !hasErrors(findings),
    }
  })
}
