/** Matches procedures of a province with those of the national catalogue. contracts/procedure-database.md §6–8, §10.10–12 */
import type { Text } from '../../base/index.js'
import type { AdministrativeLevel, Procedure } from '../../domain/index.js'
import { type Assessment, assess, explain, type LocalSide } from './assessment.js'
import { catalogueIndex, compareText, readingsOf } from './catalogue-index.js'
import { tellingLevels, wordSet } from './circumstances.js'
import { readCode } from './codes.js'
import { decide, type GivenCode, type MatchDecision } from './decide.js'
import { nameForm } from './name-form.js'

/** What is known of a local procedure. `null`: not known. */
export interface MatchSubject {
  readonly id: string
  /** Printed codes and links, as written. */
  readonly codes: readonly string[]
  readonly name: string
  readonly sector: string | null
  readonly levels: readonly AdministrativeLevel[] | null
  readonly agency: string | null
  /** Names of the documents to hand in. */
  readonly documents: readonly string[] | null
}

export interface MatchCandidate {
  readonly code: string
  readonly name: string
  /** 0 to 1. */
  readonly score: number
  readonly reasons: readonly Text[]
}

export interface Match {
  readonly id: string
  /**
   * `exact`: code and name agree. `auto`: the name alone leaves no doubt. `suggest`: a person must choose. `conflict`: code and name
   * disagree. `none`: no national procedure fits.
   */
  readonly decision: MatchDecision
  /** Of `exact` and `auto` only. */
  readonly nationalCode: string | null
  /** 0 to 1, of the procedure decided for, or else of the best candidate. */
  readonly score: number
  readonly reasons: readonly Text[]
  /** Up to 5, best first. */
  readonly candidates: readonly MatchCandidate[]
}

export interface ProcedureMatcher {
  /** @param options.without national codes to leave out, as if the catalogue did not have them */
  match(subject: MatchSubject, options?: { readonly without?: readonly string[] }): Match
  readonly size: number
}

const CANDIDATES = 5

/** Reads the national catalogue once; a match costs some tenths of a millisecond. The order of the list plays no part. */
export function procedureMatcher(national: Iterable<Procedure>): ProcedureMatcher {
  const { entries, places, lexicon, retrieval, read } = catalogueIndex(national)

  function localSide({ name, sector, levels, agency, documents }: MatchSubject): LocalSide {
    const form = nameForm(name, read)
    return {
      readings: readingsOf(form, lexicon),
      stated: form.levels,
      levels: tellingLevels(levels),
      sector,
      sectorWords: wordSet(sector),
      agencyWords: wordSet(agency),
      documents,
    }
  }

  return {
    size: entries.length,
    match(subject, { without = [] } = {}) {
      const local = localSide(subject)
      const excluded = new Set(without.flatMap((code) => places.get(code) ?? []))
      const assessments = new Map<number, Assessment>()
      const assessed = (place: number): Assessment => {
        const known = assessments.get(place) ?? assess(local, entries[place] as (typeof entries)[number], lexicon)
        assessments.set(place, known)
        return known
      }
      const codes = subject.codes
        .filter((code) => code.trim() !== '')
        .map((code): GivenCode => {
          const written = readCode(code)
          const named = written.bases.flatMap((base) => places.get(base) ?? []).filter((place) => !excluded.has(place))
          return { read: written, named: named.map(assessed) }
        })
      const whole = local.readings[0] as (typeof local.readings)[number]
      for (const place of retrieval.nearest(whole, excluded)) assessed(place)
      const ranked = [...assessments.values()].sort((a, b) => b.score - a.score || compareText(a.entry.code, b.entry.code))
      const { decision, chosen, because } = decide(local, codes, ranked)
      const shown = ranked.slice(0, CANDIDATES).map((one): MatchCandidate => {
        return { code: one.entry.code, name: one.entry.name, score: one.score, reasons: explain(one, local) }
      })
      return {
        id: subject.id,
        decision,
        nationalCode: chosen?.entry.code ?? null,
        score: chosen?.score ?? ranked[0]?.score ?? 0,
        reasons: [...because, ...(chosen === null ? [] : explain(chosen, local))],
        candidates: shown,
      }
    },
  }
}

/** A catalogue's procedure as a subject. @param id what to call it in the answer; its code when left out */
export function subjectOf(procedure: Procedure, id: string = procedure.code): MatchSubject {
  const { code, nationalCode, name, sectors, levels, publisher, agencies, documents } = procedure
  return {
    id,
    codes: nationalCode === null ? [code] : [code, nationalCode],
    name,
    sector: sectors?.find((sector) => sector.name !== null)?.name ?? null,
    levels,
    agency: publisher?.name ?? agencies.competent?.[0]?.name ?? agencies.implementing?.[0]?.name ?? null,
    documents: documents?.flatMap((one) => one.documents.map(({ name }) => name)) ?? null,
  }
}
