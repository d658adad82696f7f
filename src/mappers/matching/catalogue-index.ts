/** The national catalogue, read for matching. */
import type { Procedure } from '../../domain/index.js'
import { type LevelFacts, tellingLevels, type WordSet, wordSet } from './circumstances.js'
import type { Readings } from './comparison.js'
import { legallyShortened } from './legal-names.js'
import { type Lexicon, lexiconOf } from './lexicon.js'
import { type NameForm, nameForm } from './name-form.js'
import { type WordReader, wordReader } from './name-words.js'
import { type Retrieval, retrieval } from './retrieval.js'

export interface NationalEntry extends LevelFacts {
  readonly code: string
  readonly name: string
  readonly readings: Readings
  readonly sectors: readonly string[]
  readonly sectorWords: readonly WordSet[]
  readonly agencies: readonly string[]
  readonly documents: readonly string[] | null
}

export interface CatalogueIndex {
  readonly entries: readonly NationalEntry[]
  readonly places: ReadonlyMap<string, number>
  readonly lexicon: Lexicon
  readonly retrieval: Retrieval
  readonly read: WordReader
}

/** Independent of the order of the list: of several records with one code the first by name counts. */
export function catalogueIndex(national: Iterable<Procedure>): CatalogueIndex {
  const procedures = [...national].sort((a, b) => compareText(a.code, b.code) || compareText(a.name, b.name))
  const unique = procedures.filter(({ code }, at) => code !== procedures[at - 1]?.code)
  const read = wordReader()
  const forms = unique.map(({ name }) => nameForm(name, read))
  const lexicon = lexiconOf(forms.map(({ words }) => words))
  const sets = new Map<string, WordSet | null>()
  const entries = unique.map((procedure, at): NationalEntry => {
    const form = forms[at] as NameForm
    const sectors = (procedure.sectors ?? []).flatMap(({ name }) => (name === null ? [] : [name]))
    return {
      code: procedure.code,
      name: procedure.name,
      readings: readingsOf(form, lexicon),
      stated: form.levels,
      levels: tellingLevels(procedure.levels),
      sectors,
      sectorWords: sectors.flatMap((name) => cached(sets, name) ?? []),
      agencies: agenciesOf(procedure),
      documents: procedure.documents?.flatMap(({ documents }) => documents.map(({ name }) => name)) ?? null,
    }
  })
  return {
    entries,
    places: new Map(entries.map(({ code }, place) => [code, place])),
    lexicon,
    read,
    retrieval: retrieval(
      entries.map(({ readings }) => readings[0] as Readings[number]),
      lexicon,
    ),
  }
}

/** As written, as a law shortens it, and with the level that it ends with, which may stand elsewhere in the other name. */
export function readingsOf(form: NameForm, lexicon: Lexicon): Readings {
  const readings = [form.words, legallyShortened(form.words), form.withLevel]
  return readings.flatMap((words) => (words === null ? [] : [lexicon.number(form, words)]))
}

function agenciesOf({ publisher, agencies }: Procedure): string[] {
  return [publisher, ...(agencies.competent ?? []), ...(agencies.implementing ?? [])].flatMap((agency) => agency?.name ?? [])
}

function cached(sets: Map<string, WordSet | null>, name: string): WordSet | null {
  const known = sets.get(name)
  if (known !== undefined) return known
  const words = wordSet(name)
  sets.set(name, words)
  return words
}

/** By code units: the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
