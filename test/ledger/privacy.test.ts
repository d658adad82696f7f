import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Dossier, LocalDate } from '../../src/domain/index.js'
import { failureEntries, failureGroups } from '../../src/ledger/index.js'
import { dossier, openOffice, steps, TENANT } from '../sync/office.js'

/** A person whose every value is one of a kind: wherever it shows up, it leaked. */
function canary(n: number): { readonly dossier: Dossier; readonly values: readonly string[] } {
  const mark = `chim-hoàng-yến-${n}`
  const values = {
    name: `Nguyễn Văn Mẫu ${mark}`,
    number: `09909000${String(7000 + n)}`,
    phone: `0900${String(770_000 + n)}`,
    email: `canary${n}@example.vn`,
    address: `Số ${n} đường ${mark}`,
    summary: `Khai sinh ${mark}`,
    note: `Gặp ông ${mark}`,
    officer: `Cán bộ ${mark}`,
  }
  const made = dossier(n, {
    applicant: {
      ...dossier(n).applicant,
      name: values.name,
      identities: [{ kind: 'personal-number', number: values.number, issuedOn: '2021-01-01' as LocalDate }],
      phone: values.phone,
      email: values.email,
      address: values.address,
      note: values.note,
    },
    summary: values.summary,
    note: values.note,
    submitter: { name: values.name, phone: values.phone, email: values.email },
    steps: steps(2, 5).map((step) => ({ ...step, officer: values.officer, note: values.note })),
  })
  return { dossier: made, values: [mark, ...Object.values(values)] }
}

test('no personal value stands in the ledger in clear, neither of what was sent nor of what waits or failed (I6)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-canary-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const people = Array.from({ length: 12 }, (_, n) => canary(n))
  const { run, cards, ledger } = await openOffice({
    url: `sqlite:${join(folder, 'lienthong.db')}`,
    cards: people.map((person, n) => ({
      dossier: person.dossier,
      ...(n === 4 ? { broken: 'map' as const } : n === 5 ? { broken: 'read' as const } : n === 6 ? { flags: ['copy'] } : {}),
    })),
    sync: { settings: { patienceMs: 0 } },
    // Some go through, some wait, some were refused or are held, some left no answer.
    fault: ({ code, kind }) =>
      (({ '0001': 'reject', '0002': 'timeout-after-apply', '0003': 'unreachable' }) as const)[code.slice(-4) as '0001'] ??
      (code.endsWith('0007') && kind === 'steps' ? 'timeout-before' : undefined),
  })
  await run()
  cards.cards = cards.cards.map((one) => ({ ...one, dossier: { ...one.dossier, status: 6 } }))
  await run()

  const said = JSON.stringify([await failureGroups(ledger, TENANT), await failureEntries(ledger, TENANT, {}, 100)])
  expect(readdirSync(folder)).toContain('lienthong.db-wal')
  for (const file of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, file))
    for (const value of people.flatMap((person) => person.values)) {
      expect(bytes.includes(value) || bytes.includes(value.normalize('NFD')), `${value} in ${file}`).toBe(false)
      // Nor in a coat that anybody can take off.
      expect(bytes.includes(Buffer.from(value).toString('base64url').slice(2, -4)), `${value} in ${file}, encoded`).toBe(false)
    }
  }
  for (const value of people.flatMap((person) => person.values)) expect(said).not.toContain(value)
})

test('what waits of one dossier never goes out as another’s, also when rows were swapped in the file', async () => {
  const people = [canary(1), canary(2)]
  const { run, portal, ledger, clock } = await openOffice({ cards: people, fault: () => 'unreachable', sync: { settings: { patienceMs: 0 } } })
  await run()
  const sealed = await ledger.db.selectFrom('payloads').selectAll().orderBy('operation').execute()
  const records = await ledger.db.selectFrom('operations').select('id').where('kind', '=', 'record').orderBy('id').execute()
  const [first, second] = records.map(({ id }) => sealed.find(({ operation }) => operation === id))
  await ledger.write(async (tx) => {
    await tx
      .updateTable('payloads')
      .set({ sealed: second?.sealed as Uint8Array })
      .where('operation', '=', first?.operation as number)
      .execute()
  })
  portal.fault = () => undefined
  clock.advance(3_600_000)
  await run()
  expect(
    [...portal.books.values()].every(
      (entry) => entry.record.summary === people.find((person) => person.dossier.nationalCode === entry.record.code)?.dossier.summary,
    ),
  ).toBe(true)
})
