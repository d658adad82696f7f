import { describe, expect, test } from 'vitest'
import { type OpenLedger, openDesk } from './desk.js'

export function describeNotes(open: OpenLedger): void {
  describe('small things', () => {
    test('a note is kept, written over and dropped', async () => {
      const { ledger } = await openDesk(open)
      expect(await ledger.note('hold/x')).toBeUndefined()
      await ledger.keepNote('hold/x', 'one')
      await ledger.keepNote('hold/x', 'two')
      expect(await ledger.note('hold/x')).toBe('two')
      await ledger.dropNote('hold/x')
      await ledger.dropNote('hold/x')
      expect(await ledger.note('hold/x')).toBeUndefined()
    })

    test('changing a note gets what stands there and says what shall', async () => {
      const { ledger, dump } = await openDesk(open)
      const seen: (string | undefined)[] = []
      const change = (after: string | undefined) =>
        ledger.changeNote('session/x', (before) => {
          seen.push(before)
          return after
        })
      expect(await change('one')).toBe('one')
      expect(await change('one')).toBe('one')
      expect(await change(undefined)).toBeUndefined()
      expect(await change(undefined)).toBeUndefined()
      expect(seen).toEqual([undefined, 'one', 'one', undefined])
      expect((await dump()).notes).toEqual([])
    })

    test('of many who change a note at once nobody’s change is lost', async () => {
      const { ledger } = await openDesk(open)
      await Promise.all(Array.from({ length: 20 }, () => ledger.changeNote('count/x', (before) => String(Number(before ?? 0) + 1))))
      expect(await ledger.note('count/x')).toBe('20')
    })

    test('a change that throws leaves the note as it was, and what others write at the same time is written', async () => {
      const { ledger } = await openDesk(open)
      await ledger.keepNote('session/x', 'one')
      const failing = ledger.changeNote('session/x', () => {
        throw new Error('changed my mind')
      })
      const other = ledger.keepNote('session/y', 'two')
      await expect(failing).rejects.toThrow('changed my mind')
      await other
      expect(await ledger.note('session/x')).toBe('one')
      expect(await ledger.note('session/y')).toBe('two')
    })
  })
}
