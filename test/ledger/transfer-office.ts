/** A ledger with something in every table, and what two tests ask of an exported file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Ledger } from '../../src/ledger/index.js'
import { card, codeOf, type Office, type OfficeOptions, openOffice, steps, TENANT } from '../sync/office.js'

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-transfer-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What a pass over these cards leaves behind: confirmed, refused, unmappable, unreadable, and one that waits for its next try. */
export const cards = [
  card(1, { steps: steps(2, 4) }),
  card(2),
  card(3, { summary: 'Ghi chú có dòng\u2028mới, NUL không có' }),
  card(4, {}, { broken: 'map' }),
  card(5, {}, { broken: 'read' }),
  card(6, { steps: steps(2) }),
  card(7),
]

/** Number 6 does not get through, number 7 is refused. */
export const fault: NonNullable<OfficeOptions['fault']> = ({ code }) => (code === codeOf(6) ? 'throttled' : code === codeOf(7) ? 'reject' : undefined)

export async function workedOffice(url: string): Promise<Office> {
  const office = await openOffice({ url, cards, fault, sync: { settings: { patienceMs: 0 } } })
  await office.run()
  await fillCatalogues(office.ledger)
  await office.ledger.keepNote(`hold/${TENANT}`, '{"cause":"x"}')
  await office.ledger.keepNote(`rest/${TENANT}/paper-portal`, '{"until":1,"times":1}')
  await office.ledger.dropNote(`hold/${TENANT}`)
  await office.ledger.keepNote(`refused/${TENANT}/somewhere-else`, '{"digest":"x","at":1}')
  return office
}

/** Tables that a pass over dossiers does not fill. */
async function fillCatalogues(ledger: Ledger): Promise<void> {
  await ledger.write(async (tx) => {
    const tenant = TENANT
    const catalogue = 'national' as const
    await tx
      .insertInto('catalogue_entries')
      .values(
        Array.from({ length: 1203 }, (_, n) => ({
          tenant,
          catalogue,
          code: `1.${String(n).padStart(6, '0')}`,
          name: `Thủ tục ${n}`,
          state: 'active' as const,
          first_listed: '2026-11-22',
          inactive_since: null,
          reference: null,
          sector_code: null,
          sector_name: null,
          detail_at: n % 2 === 0 ? null : n,
          version_from: null,
          findings: null,
        })),
      )
      .execute()
    await tx
      .insertInto('catalogue_versions')
      .values({ tenant, catalogue, code: '1.000000', valid_from: '2026-11-22', digest: 'x', content: '{"name":"Đăng ký \\"x\\""}' })
      .execute()
    await tx.insertInto('catalogue_listings').values({ tenant, catalogue, code: '1', name: 'x', reference: null, detail: null }).execute()
    await tx
      .insertInto('catalogue_pulls')
      .values({ tenant, catalogue, started_at: 1, ended_at: null, state: 'listing', cursor: null, listed_at: null, report: '{}' })
      .execute()
    await tx.insertInto('catalogue_references').values({ tenant, kind: 'decision', code: '1', content: 'x', read_at: 1 }).execute()
    await tx
      .insertInto('code_matches')
      .values({
        tenant,
        local_code: '1',
        valid_from: '2026-11-22',
        decision: 'auto',
        national_code: '1',
        score: 0.1 + 0.2,
        reasons: '[]',
        candidates: '[]',
        decided_at: 1,
      })
      .execute()
    await tx.insertInto('code_decisions').values({ tenant, local_code: '1', valid_from: '2026-11-22', national_code: null, decided_at: 1 }).execute()
    await tx
      .insertInto('service_links')
      .values({ tenant, url: 'https://a.example.vn', codes: '[]', checked_at: 1, outcome: 'alive', status: 200, problem: null })
      .execute()
    const about = { tenant, source: 'cards', source_id: 'uid-1' }
    const holder = { holder_source: 'cards', holder_id: 'uid-2' }
    const sealed = Buffer.from('sealed')
    await tx
      .insertInto('bills')
      .values({
        ...{ tenant, id: 'b1', duty: 'fees', bill_code: 'H99-1', bill_key: 'H99-1', dossier_code: 'H99-1', content_digest: 'x', amount: 150_000 },
        ...{ state: 'paid', sealed, created_at: 1, paid_at: 2, paid_by: 'R1' },
      })
      .execute()
    await tx
      .insertInto('paid_duties')
      .values({ tenant, bill: 'b1', dossier_key: 'H99-1', duty: 'fees', sealed, paid_through: 'national', paid_at: 2, told_at: null, taken_back: 0 })
      .execute()
    await tx
      .insertInto('payment_attempts')
      .values({
        ...{ tenant, reference: 'R1', bill: 'b1', partner: 'P', amount: 150_000, wire_at: '20261122091500', state: 'paid', open: 0, sealed },
        ...{ created_at: 1, updated_at: 2, closes_at: 3, next_query_at: null, queries: 0, transaction_no: 'PP1', bank: null, paid_amount: null },
      })
      .execute()
    await tx
      .insertInto('payment_refunds')
      .values({ tenant, reference: 'R1', transaction_no: 'PP2', amount: 150_000, reason: 'paid-twice', asked_at: 1, done_at: null })
      .execute()
    await tx.insertInto('payment_receipts').values({ tenant, reference: 'R1', sealed, fetched_at: 1 }).execute()
    await tx.insertInto('bill_lookups').values({ tenant, lookup_code: 'H99-1-1', bill: 'b1', shown_at: 1 }).execute()
    await tx
      .insertInto('payment_journal')
      .values({ tenant, partner: 'P', seq: 1, at: 1, kind: 'init', reference: 'R1', message_digest: 'x', note: '{}', previous: '', hash: 'h' })
      .execute()
    await tx
      .insertInto('contests')
      .values({ ...about, ...holder, code: 'x', kind: 'two-sources', rules: '', since: 1 })
      .execute()
    await tx
      .insertInto('gone')
      .values({ ...about, since: 1, run: 1, told_by: 'reading' })
      .execute()
    await tx
      .insertInto('marks')
      .values({ ...about, version: 1, marked_digest: null, marked_at: null, attempts: 1, due_at: 1, problem: 'x' })
      .execute()
    await tx
      .insertInto('file_links')
      .values({ tenant, token_digest: 'd', list: 'results', source: 's', source_id: '1', sealed: Buffer.from('sealed'), planned_at: 1 })
      .execute()
  })
}

/** Lines without the first and the last one: where it came from, when, and the seal differ. */
export function rowsOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(1, -2)
}
