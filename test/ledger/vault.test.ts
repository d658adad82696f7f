import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createVault, newLedgerKey, parseLedgerKey } from '../../src/ledger/index.js'
import { hmacSha256 } from '../../src/ledger/vault.js'

const fresh = () => createVault(parseLedgerKey(newLedgerKey()) as Uint8Array)
const text = '{"name":"Trần Thị Ví Dụ"}'

describe('a sealed dossier', () => {
  const vault = fresh()
  const sealed = vault.seal('cao-bang', 'cards\nuid-1\nrecord', text)

  test('opens at its own place', () => {
    expect(vault.open('cao-bang', 'cards\nuid-1\nrecord', sealed)).toBe(text)
  })

  test.each([
    ['of another dossier', 'cao-bang', 'cards\nuid-2\nrecord'],
    ['of another kind', 'cao-bang', 'cards\nuid-1\nstep'],
    ['of another source', 'cao-bang', 'register\nuid-1\nrecord'],
    ['of another tenant', 'lai-chau', 'cards\nuid-1\nrecord'],
  ])('does not open in the row %s', (_, tenant, about) => {
    expect(() => vault.open(tenant, about, sealed)).toThrow()
  })

  test('does not open with another key, nor when one bit was changed', () => {
    expect(() => fresh().open('cao-bang', 'cards\nuid-1\nrecord', sealed)).toThrow()
    for (const place of [0, 20, sealed.length - 1]) {
      const changed = Uint8Array.from(sealed)
      changed[place] = (changed[place] ?? 0) ^ 1
      expect(() => vault.open('cao-bang', 'cards\nuid-1\nrecord', changed)).toThrow()
    }
  })

  test('is never sealed twice the same way', () => {
    expect(vault.seal('cao-bang', 'a', text)).not.toEqual(vault.seal('cao-bang', 'a', text))
  })
})

describe('digests', () => {
  test('are equal for equal content and differ with content, tenant and key', () => {
    const vault = fresh()
    expect(vault.digest('a', text)).toBe(vault.digest('a', new TextEncoder().encode(text)))
    expect(new Set([vault.digest('a', text), vault.digest('a', `${text} `), vault.digest('b', text), fresh().digest('a', text)]).size).toBe(4)
  })
})

describe('a ledger’s key', () => {
  test('survives its file, with a line end', () => {
    const written = newLedgerKey()
    expect(createVault(parseLedgerKey(`${written}\n`) as Uint8Array).keyId).toBe(createVault(parseLedgerKey(written) as Uint8Array).keyId)
  })

  test.each([
    ['nothing', ''],
    ['a password', 'hunter2'],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['33 bytes', Buffer.alloc(33).toString('base64')],
  ])('is not %s', (_, content) => {
    expect(parseLedgerKey(content)).toBeUndefined()
  })

  test('is named by an id that does not tell it', () => {
    const written = newLedgerKey()
    const vault = createVault(parseLedgerKey(written) as Uint8Array)
    expect(Buffer.from(written, 'base64').toString('base64url')).not.toContain(vault.keyId)
  })
})

describe('the keyed digest', () => {
  test('is HMAC-SHA-256, of texts and of bytes alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.string({ unit: 'binary', maxLength: 300 }), (secret, content) => {
        const expected = createHmac('sha256', secret).update(content).digest('base64url')
        expect(hmacSha256(secret)(content)).toBe(expected)
        expect(hmacSha256(secret)(Buffer.from(content))).toBe(expected)
      }),
    )
  })
  test('of a record is its own, whatever came before it: long, short, or too long for the memory that is kept', () => {
    const secret = Buffer.alloc(32, 7)
    const digest = hmacSha256(secret)
    for (const length of [65_536, 1500, 0, 200_000, 65_537, 1, 1500]) {
      const content = Buffer.alloc(length, `${length} đ`)
      const expected = createHmac('sha256', secret).update(content).digest('base64url')
      expect(digest(content)).toBe(expected)
      expect(digest(content.toString('latin1'))).toBe(createHmac('sha256', secret).update(content.toString('latin1')).digest('base64url'))
    }
  })
})
