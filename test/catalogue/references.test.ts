import { expect, test } from 'vitest'
import type { CatalogueReferences } from '../../src/catalogue/pull/ports.js'
import { pullCatalogue } from '../../src/catalogue/pull/pull.js'
import { catalogueProcedures, catalogueReferences } from '../../src/ledger/index.js'
import { emptyLedger, paperCatalogue, TENANT } from './paper-catalogue.js'

const DAY = 86_400_000

async function desk() {
  const { ledger, clock } = await emptyLedger()
  const paper = paperCatalogue(3)
  for (const procedure of [...paper.procedures.values()]) {
    paper.procedures.set(procedure.code, { ...procedure, decision: { id: '7001', number: null, issuedOn: null, summary: null } })
  }
  const asked: string[] = []
  let agencies = [{ code: '000.00.00.H99', content: { code: '000.00.00.H99', name: 'UBND tỉnh Mẫu', parent: null } }]
  const references: CatalogueReferences = {
    dictionaries: ['LayDanhMucCoQuan'],
    async dictionary(name) {
      asked.push(name)
      return agencies
    },
    async decision(id) {
      asked.push(id)
      return { id, number: '99/QĐ-UBND', issuedOn: '2026-03-02', summary: 'Công bố danh mục' }
    },
  }
  return {
    ledger,
    clock,
    asked,
    pull: () => pullCatalogue({ ledger, tenant: TENANT, catalogue: 'national', source: { ...paper.source, references } }),
    shows(rows: typeof agencies) {
      agencies = rows
    },
  }
}

test('a decision is asked for once, however many procedures it published, and told with each of them', async () => {
  const { ledger, asked, pull } = await desk()
  expect(await pull()).toMatchObject({ outcome: 'done', references: 2 })
  expect(asked).toEqual(['LayDanhMucCoQuan', '7001'])
  await pull()
  expect(asked).toHaveLength(2)
  for await (const { procedure } of catalogueProcedures(ledger, TENANT, 'national')) {
    expect(procedure.decision, procedure.code).toEqual({ id: '7001', number: '99/QĐ-UBND', issuedOn: '2026-03-02', summary: 'Công bố danh mục' })
  }
})

test('a dictionary is read again when it is old, and an empty answer keeps the earlier one', async () => {
  const { ledger, clock, asked, pull, shows } = await desk()
  await pull()
  clock.advance(15 * DAY)
  shows([])
  await pull()
  expect(asked.filter((call) => call === 'LayDanhMucCoQuan')).toHaveLength(2)
  const kept = await catalogueReferences<{ name: string }>(ledger, TENANT, 'LayDanhMucCoQuan')
  expect(kept.get('000.00.00.H99')?.name).toBe('UBND tỉnh Mẫu')
})
