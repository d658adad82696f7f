import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceFile } from '../../../src/domain/index.js'
import { createVault, newLedgerKey, parseLedgerKey } from '../../../src/ledger/index.js'
import { keyVersionOf, linkFiles, openLink, tokenDigest, tokenOf } from '../../../src/sync/index.js'
import { returned } from '../../mappers/made-up.js'

const vault = createVault(parseLedgerKey(newLedgerKey()) as Uint8Array)
const otherVault = createVault(parseLedgerKey(newLedgerKey()) as Uint8Array)
const place = { tenant: 'mau', source: 'desk', vault }

const text = fc.oneof(fc.constantFrom('', 'a', 'desk', '["desk"]', '\n', '",', 'ă'), fc.string({ maxLength: 8 }))
const file: fc.Arbitrary<SourceFile> = fc.oneof(fc.record({ path: text }), fc.record({ id: text }), fc.record({ url: text }))
const where = fc.record({ tenant: fc.constantFrom('mau', 'mau-2'), source: text, id: text, file, version: fc.integer({ min: 1, max: 99 }) })
const token = ({ tenant, source, id, file: of, version }: { tenant: string; source: string; id: string; file: SourceFile; version: number }) =>
  tokenOf({ tenant, source, vault }, id, of, version)

test('the same file has the same token; another tenant, source, dossier, file or key version has another, whatever the texts', () => {
  fc.assert(
    fc.property(where, where, (one, other) => {
      expect(token(one)).toBe(token(structuredClone(one)))
      expect(token(one) === token(other)).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)))
      expect(keyVersionOf(token(one))).toBe(one.version)
    }),
    { numRuns: 2000 },
  )
})

const sorted = ({ tenant, source, id, file: of, version }: { tenant: string; source: string; id: string; file: SourceFile; version: number }) => [
  ...[tenant, source, id, version],
  ...Object.entries(of).flat(),
]

test('another ledger’s key makes other tokens', () => {
  expect(tokenOf({ ...place, vault: otherVault }, '1', { path: 'a' }, 1)).not.toBe(tokenOf(place, '1', { path: 'a' }, 1))
})

test('a token with any bit flipped is no token of ours: another digest, or none at all', () => {
  const good = tokenOf(place, '1', { path: 'a.pdf' }, 1)
  const digest = tokenDigest(vault, 'mau', good)
  for (let bit = 0; bit < good.length * 8; bit++) {
    const bytes = Buffer.from(good, 'latin1')
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(tokenDigest(vault, 'mau', bytes.toString('latin1'))).not.toBe(digest)
  }
})

test.each([
  '',
  '1',
  '1.',
  `0.${'a'.repeat(43)}`,
  `1.${'a'.repeat(42)}`,
  `1.${'a'.repeat(44)}`,
  `1.${'a'.repeat(42)}=`,
  `1.${'a'.repeat(42)}/`,
  '../1',
])('what is no token is told by its form: %s', (none) => {
  expect(keyVersionOf(none)).toBeUndefined()
})

test('a sealed row opens where it stands, and nowhere else', () => {
  const dossier = { ...returned, documents: [], results: [{ ...returned.results![0]!, url: null, file: { path: 'a.pdf' } }] }
  const { files } = linkFiles(dossier, place, { publicUrl: 'https://files.example.vn/lt', keyVersion: 1 })
  const [link] = files?.links ?? []
  expect(openLink({ vault }, 'mau', link!)).toEqual({ file: { path: 'a.pdf' }, name: 'ket-qua.pdf' })
  expect(() => openLink({ vault }, 'mau', { ...link!, token_digest: 'moved' })).toThrow()
  expect(() => openLink({ vault }, 'khac', link!)).toThrow()
})

test('what has an address keeps it, what was deleted gets none, and a list that is not known stays unknown', () => {
  const [document] = returned.documents!
  const dossier = {
    ...returned,
    results: null,
    documents: [
      { ...document!, file: { path: 'a.pdf' } },
      { ...document!, url: null, file: { path: 'b.pdf' }, deleted: true },
      { ...document!, url: null, file: null },
    ],
  }
  const linked = linkFiles(dossier, place, { publicUrl: 'https://files.example.vn/lt', keyVersion: 1 })
  expect(linked).toEqual({ dossier, findings: [], files: { source_id: dossier.sourceId, told: ['documents'], links: [], olderLinks: [] } })
  expect(linkFiles(dossier, place, undefined).findings).toEqual([])
})
