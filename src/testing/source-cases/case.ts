/** What a case of the conformance kit is, and what it may ask of the world behind a source. */
import type { DossierSource } from '../../sync/index.js'

/**
 * The system behind a source, as far as a test can move it. Everything may be left out: cases that need it are then listed as not run.
 * What is done to it holds at once, for sources that are open and for those opened later.
 */
export interface SourceWorld {
  /** The keys of all dossiers that exist now. */
  keys?(): Eventually<readonly string[]>
  /** Adds a dossier. @returns its key */
  add?(): Eventually<string>
  /** Adds so many at once. */
  addMany?(count: number): Eventually<unknown>
  /** Adds a dossier that bears the time of the newest one, or one a little before it: what was typed in or committed late. @returns its key */
  addLate?(): Eventually<string>
  /** Changes a dossier in a way that matters nationally: another status, another due date. */
  change?(key: string): Eventually<unknown>
  /** Deletes a dossier. */
  remove?(key: string): Eventually<unknown>
  /** Damages a dossier's record, so that it cannot be read. */
  spoil?(key: string): Eventually<unknown>
  /** From now on the system fails rather than give more than so many records; undefined: it is well again. */
  failAfter?(records: number | undefined): Eventually<unknown>
  /** From now on the system takes questions and does not answer; false: it answers again. */
  hang?(on: boolean): Eventually<unknown>
  /** Called between two batches: lets the list shift, so that records change their page. The dossiers stay. */
  moveWhileReading?(): Eventually<unknown>
  /** What is marked at the source as synced: key → national code. */
  marks?(): Eventually<Readonly<Record<string, string>>>
}

export type Eventually<Value> = Value | Promise<Value>

export interface SourceCasesOptions {
  /** Opens the source as a process that starts would: nothing may be remembered from the one before. Called several times in a case. */
  readonly open: () => Eventually<DossierSource>
  /** The world behind it. A function gives each case a world of its own. */
  readonly world?: SourceWorld | (() => Eventually<SourceWorld>)
  /** Most records that one batch may hold. Default 1000. */
  readonly largestBatch?: number
  /** How soon a reading must end once it was told to, in milliseconds. Default 5000. */
  readonly patienceMs?: number
}

/** `kept`, or why the promise could not be tried. */
export type CaseOutcome = 'kept' | { readonly notRun: string }

export interface SourceCase {
  /** The promise. */
  readonly name: string
  /** What of the world it cannot do without. */
  readonly needs: readonly (keyof SourceWorld)[]
  /**
   * Tries the promise.
   *
   * @param context the test's own: a case that cannot be tried calls its `skip`, so that the runner shows it (vitest, node:test)
   * @throws {BrokenPromise} naming everything that was found
   */
  run(context?: unknown): Promise<CaseOutcome>
}

/** A promise that was not kept, with what was found. */
export class BrokenPromise extends Error {
  constructor(
    promise: string,
    readonly found: readonly string[],
  ) {
    super([`${promise}:`, ...found.slice(0, MOST_TOLD).map((one) => `  - ${one}`), ...more(found)].join('\n'))
    this.name = 'BrokenPromise'
  }
}

const MOST_TOLD = 10

function more(found: readonly string[]): readonly string[] {
  return found.length > MOST_TOLD ? [`  and ${found.length - MOST_TOLD} more`] : []
}

/** What a case works with. */
export interface Trial {
  readonly open: () => Promise<DossierSource>
  readonly world: SourceWorld
  readonly largestBatch: number
  readonly patienceMs: number
  /** Says that the promise is broken, and how. */
  broken(how: string): void
  /** Ends the case: it cannot be tried. */
  notRun(why: string): never
}

export class NotRun extends Error {}

export interface CaseDefinition {
  readonly name: string
  readonly needs?: readonly (keyof SourceWorld)[]
  readonly body: (trial: Trial) => Promise<void>
}
