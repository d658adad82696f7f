/** Dossiers in our own row format, one a line (NDJSON), read whole each pass: the format for systems that have no dialect yet. */
import { basename } from 'node:path'
import type { Finding, Mapped } from '../../base/index.js'
import { dossierRowTraits, fromDossierRow } from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../ports.js'
import { linesOf } from './lines.js'

export interface RowSourceOptions {
  readonly file: string
  /** The province's own code, and those of agencies that it continues: tells which local numbers are national ones. */
  readonly agencyCode: string | readonly string[]
  /** See {@link fileOpener}. */
  readonly openFile?: DossierSource['openFile']
}

const MAPPER = 'dossier-row/1'
const BATCH = 1000

export function rowSource({ file, agencyCode, openFile }: RowSourceOptions): DossierSource {
  const name = basename(file)
  return {
    epoch: [MAPPER, agencyCode].join('|'),
    ...(openFile === undefined ? {} : { openFile }),
    async *changes(_cursor, { signal }): AsyncGenerator<SourceBatch> {
      const made = (bytes: Uint8Array, number: number) => new RowLine(bytes, number, name, agencyCode)
      for await (const { lines, release } of linesOf(file, BATCH, made, signal)) yield { items: lines, cursor: null, end: 'more', release }
      yield { items: [], cursor: null, end: 'complete' }
    },
  }
}

/**
 * One row. A class, because a pass makes a million of them and reads few: objects with functions of their own take twice the memory, and V8
 * may take literals of which most survive one collection for long-lived and lay them where they are seldom collected.
 */
class RowLine implements SourceItem {
  readonly bytes: Uint8Array
  readonly #number: number
  readonly #file: string
  readonly #provinceAgencyCode: string | readonly string[]

  constructor(bytes: Uint8Array, number: number, file: string, provinceAgencyCode: string | readonly string[]) {
    this.bytes = bytes
    this.#number = number
    this.#file = file
    this.#provinceAgencyCode = provinceAgencyCode
  }

  get place(): string {
    return `${this.#file}, line ${this.#number}`
  }

  read(): Mapped<SourceReading> {
    let json: unknown
    try {
      json = JSON.parse(decoder.decode(this.bytes))
    } catch {
      return { ok: false, findings: [noJson(this.place)] }
    }
    const mapped = fromDossierRow(json, { provinceAgencyCode: this.#provinceAgencyCode })
    if (!mapped.ok) return mapped
    const { sourceId, summary, note } = mapped.value
    const traits = { ...dossierRowTraits(json), note: [summary, note].filter(Boolean).join(' ') || null }
    return { ok: true, findings: [], value: { key: sourceId, traits, map: async () => mapped } }
  }
}

/** Drops a byte order mark by itself; a damaged byte must not become part of a name. */
const decoder = new TextDecoder('utf-8', { fatal: true })

function noJson(place: string): Finding {
  return {
    ruleId: 'line.no-json',
    severity: 'error',
    path: place,
    message: { en: `${place}: this line is not JSON in UTF-8.`, vi: `${place}: dòng này không phải JSON mã UTF-8.` },
    hint: {
      en: 'Export the file again; every line holds one object. The other lines were read.',
      vi: 'Xuất lại tệp; mỗi dòng là một đối tượng JSON. Các dòng khác đã được đọc.',
    },
  }
}
