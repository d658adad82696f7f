/**
 * Dossiers as one-stop software pushes them to the HCM City LGSP, kept as files: `{"DanhSachHoSo": [ … ]}` or a bare list. Read whole each
 * pass. Experimental: names, dates and codes are assumed. contracts/provincial-sources.md §6
 */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { LienthongError, type Mapped } from '../../base/index.js'
import { hcmDossierFields } from '../../connectors/hcm-lgsp/index.js'
import { type CodeTables, fromHcm, type HcmDossierForm, hcmTraits } from '../../mappers/index.js'
import type { DossierSource, SourceBatch, SourceItem, SourceReading } from '../ports.js'

export interface HcmLgspSourceOptions extends HcmDossierForm {
  readonly file: string
  readonly tables: CodeTables
  readonly agencyCode: string | readonly string[]
  /** The member that holds the dossiers. Default `DanhSachHoSo`. */
  readonly list?: string
}

const MAPPER = 'hcm-lgsp/1'
const BATCH = 500
/** Bytes; a day's dossiers of a city are a few. */
const LARGEST_FILE = 256 * 1024 * 1024

export function hcmLgspSource(options: HcmLgspSourceOptions): DossierSource {
  const { file, tables, agencyCode, list = 'DanhSachHoSo', fields, dateFormat } = options
  const form: HcmDossierForm = { ...(fields && { fields }), ...(dateFormat && { dateFormat }) }
  const name = basename(file)

  const item = (row: unknown, index: number): SourceItem => ({
    bytes: JSON.stringify(row),
    place: `${name}, row ${index + 1}`,
    read(): Mapped<SourceReading> {
      const mapped = fromHcm(row, { tables, provinceAgencyCode: agencyCode, ...form })
      if (!mapped.ok) return { ok: false, findings: mapped.findings }
      return { ok: true, findings: [], value: { key: mapped.value.sourceId, traits: hcmTraits(row, form), map: async () => mapped } }
    },
  })

  return {
    epoch: [MAPPER, tables.version, agencyCode, JSON.stringify([list, form])].join('|'),
    async *changes(_cursor, { signal }): AsyncGenerator<SourceBatch> {
      const rows = lastOfEach(await rowsOf(file, list, signal), { ...hcmDossierFields, ...fields }.localCode)
      for (let start = 0; start < rows.length; start += BATCH) {
        if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file' })
        yield { items: rows.slice(start, start + BATCH).map(([index, row]) => item(row, index)), cursor: null, end: 'more' }
      }
      yield { items: [], cursor: null, end: 'complete' }
    },
  }
}

/** A number that stands there twice was pushed again: the last one counts. */
function lastOfEach(rows: readonly unknown[], codeField: string): readonly (readonly [index: number, row: unknown])[] {
  const byCode = new Map<unknown, readonly [number, unknown]>()
  rows.forEach((row, index) => {
    const code: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, codeField) : undefined
    byCode.set(typeof code === 'string' && code.trim() !== '' ? code.trim() : index, [index, row])
  })
  return [...byCode.values()]
}

/** @throws {LienthongError} `source.file_unreadable`, `source.format` */
async function rowsOf(path: string, list: string, signal: AbortSignal | undefined): Promise<readonly unknown[]> {
  let text: string
  try {
    if ((await stat(path)).size > LARGEST_FILE) throw new RangeError(`> ${LARGEST_FILE} bytes`)
    text = await readFile(path, { encoding: 'utf8', ...(signal === undefined ? {} : { signal }) })
  } catch (cause) {
    if (signal?.aborted) throw new LienthongError('transport.aborted', { system: 'file', cause })
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
  const page = parsed(text.replace(/^\ufeff/, ''))
  const rows: unknown = typeof page === 'object' && page !== null && !Array.isArray(page) ? Reflect.get(page, list) : page
  if (Array.isArray(rows)) return rows
  const problem = { en: `no JSON with a list “${list}”; it may be cut off`, vi: `không phải JSON có danh sách “${list}”; có thể tệp bị cắt` }
  throw new LienthongError('source.format', { values: { place: basename(path), problem } })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
