import type { Finding } from '../../src/base/index.js'
import type { Dossier } from '../../src/domain/index.js'
import type { DossierSource, SourceItem } from '../../src/sync/index.js'

/** One dossier as an office keeps it on a card. */
export interface Card {
  readonly dossier: Dossier
  /** As written down; by default the dossier's JSON. */
  readonly bytes?: string
  readonly flags?: readonly string[]
  /** Makes it unreadable, or unmappable. */
  readonly broken?: 'read' | 'map'
  /** What an unreadable one is called all the same. */
  readonly named?: string
  /** Code of the dossier it is a part of. */
  readonly parent?: string
}

export interface CardIndex extends DossierSource {
  cards: readonly Card[]
  epoch: string
  /** How many cards were parsed, and how many mapped. */
  readonly opened: { reads: number; maps: number }
  /** Throws it after so many cards. */
  breakdown: { readonly after: number; readonly error: Error } | undefined
}

/** A source that shows all its cards each pass. */
export function cardIndex(cards: readonly Card[] = [], batchSize = 3): CardIndex {
  const opened = { reads: 0, maps: 0 }
  const item = ({ dossier, bytes, flags = [], broken, parent, named }: Card): SourceItem => ({
    bytes: bytes ?? JSON.stringify({ dossier, flags, broken }),
    place: `card ${dossier.sourceId}`,
    ...(named === undefined ? {} : { glimpse: { names: [named], localCode: null, receivedAt: null } }),
    read() {
      opened.reads += 1
      if (broken === 'read') return { ok: false, findings: [problem('card.unreadable', '')] }
      const { localCode, agency, procedure, channel, receivedAt, note } = dossier
      return {
        ok: true,
        findings: [],
        value: {
          key: dossier.sourceId,
          traits: {
            localCode,
            agencyCode: agency.code,
            procedureCode: procedure.localCode,
            channel,
            receivedAt,
            flags,
            note,
            parentCode: parent ?? null,
          },
          async map() {
            opened.maps += 1
            return broken === 'map' ? { ok: false, findings: [problem('status.unmapped', 'status')] } : { ok: true, value: dossier, findings: [] }
          },
        },
      }
    },
  })
  return {
    cards,
    opened,
    epoch: 'cards/1',
    breakdown: undefined,
    async *changes(cursor) {
      const passes = Number((cursor as { passes?: number } | null)?.passes ?? 0)
      const { cards: shown, breakdown } = this
      for (let start = 0; start < shown.length; start += batchSize) {
        if (breakdown && start >= breakdown.after) throw breakdown.error
        yield { items: shown.slice(start, start + batchSize).map(item), cursor, end: 'more' }
      }
      if (breakdown) throw breakdown.error
      yield { items: [], cursor: { passes: passes + 1 }, end: 'complete' }
    },
  }
}

function problem(ruleId: string, path: string): Finding {
  return { ruleId, severity: 'error', path, message: { en: ruleId, vi: ruleId }, hint: { en: 'Correct the card.', vi: 'Sửa thẻ.' } }
}
