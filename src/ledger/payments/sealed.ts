/** How a bill is sealed: bound to its tenant and its row, so that moved to another it does not open. */
import type { PaymentRequest } from '../../domain/index.js'
import type { Vault } from '../vault.js'
import type { BillTable } from './tables.js'

const sealedFor = (id: string) => `bill\n${id}`

export function sealBill(vault: Vault, tenant: string, id: string, request: PaymentRequest): Uint8Array {
  return vault.seal(tenant, sealedFor(id), JSON.stringify(request))
}

/** @throws when the row was changed or moved. */
export function openBill(vault: Vault, tenant: string, { id, sealed }: Pick<BillTable, 'id' | 'sealed'>): PaymentRequest {
  return JSON.parse(vault.open(tenant, sealedFor(id), sealed)) as PaymentRequest
}
