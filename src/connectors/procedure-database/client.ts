/** The procedure database as the rest of the library sees it. contracts/procedure-database.md §3–4. Read only. */
import { LienthongError, type Text } from '../../base/index.js'
import { httpClient } from '../../transport/index.js'
import { databaseCalls, type Rows, unreadable } from './call.js'
import type { ProcedureDatabaseCall } from './dialect.js'
import { SYSTEM } from './dialect-schema.js'
import { codeIn, type ListProblem, listReading, type ProcedurePage, sameProcedure } from './listing.js'
import { type ProcedureDatabaseOptions, readDatabaseOptions } from './options.js'
import {
  type DecisionRow,
  type DictionaryService,
  decisionRow,
  type FormalityDetail,
  formalityDetail,
  type ProcedureDetail,
  procedureDetail,
  upperCaseKeys,
} from './wire.js'

/** A detail as it came, keys in upper case where the form is the national one. */
export type WireProcedure =
  | { readonly form: 'national'; readonly detail: ProcedureDetail }
  | { readonly form: 'portal-2026'; readonly detail: FormalityDetail }

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Every method throws {@link LienthongError}: `procedure-database.unreadable_answer` for everything that is not a good answer (asked for
 * twice), `.refused` and `.login_refused` with the database's own words, `.session_lost`, `.not_offered`, and the transport's own.
 * A failed read never comes back as an empty one.
 */
export interface ProcedureDatabase {
  /** Host and port of `baseUrl`; no request goes anywhere else. */
  readonly host: string
  /** Name of the dialect. */
  readonly dialect: string
  readonly offers: { readonly dictionaries: boolean; readonly decisions: boolean }
  /**
   * The whole list, page by page where the dialect has pages. `end: 'complete'` only when it is proven whole.
   *
   * @param options.cursor of a page of an earlier reading, to go on after it. One of another form begins anew.
   * @throws {LienthongError} `procedure-database.empty_list`; `procedure-database.list_cut`: begin anew, without a cursor.
   */
  list(options: { readonly cursor?: string | null; readonly signal?: AbortSignal | undefined }): AsyncIterable<ProcedurePage>
  /** One procedure (`LayThuTuc`, §4.2); null: the database does not know it. */
  procedure(row: { readonly code: string; readonly reference: string | null }, options?: CallOptions): Promise<WireProcedure | null>
  /** The rows of a dictionary (§4.4), keys in upper case. Several have fields that nobody documented. */
  dictionary(service: DictionaryService, options?: CallOptions): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** The decision that published a procedure (`LayQDCB`, §4.3), by its `IDQUYETDINHCONGBO`; null: there is none. */
  decision(id: string, options?: CallOptions): Promise<DecisionRow | null>
}

/**
 * Opens a client; nothing is sent before the first call.
 *
 * A refused password is tried once: afterwards every call throws the same `procedure-database.login_refused`, until a new client is made.
 *
 * @throws {LienthongError} `config.invalid` or `config.unknown_key`, naming the option.
 */
export function procedureDatabase(options: ProcedureDatabaseOptions): ProcedureDatabase {
  const settings = readDatabaseOptions(options)
  const { dialect, site } = settings
  const hop = dialect.form === 'portal-2026' ? 'portal' : 'adapter'
  const calls = databaseCalls(settings, httpClient({ ...settings.transport, system: SYSTEM, hop }))

  const notOffered = (operation: string, what: Text) =>
    new LienthongError('procedure-database.not_offered', { values: { dialect: dialect.name, what }, system: SYSTEM, operation })

  async function only(call: ProcedureDatabaseCall, signal: AbortSignal | undefined): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { rows } = await calls.make(call, signal)
    return rows.map((row, index) => {
      if (!isRecord(row)) throw unreadable(call.service, notARecord(index))
      return dialect.form === 'national' ? upperCased(call.service, row) : row
    })
  }

  return {
    host: new URL(site.baseUrl).host,
    dialect: dialect.name,
    offers: { dictionaries: dialect.offers.dictionaries, decisions: dialect.offers.decisions },

    async *list({ cursor, signal }) {
      const service = site.unitCode === undefined ? 'LayDanhSachTTHC' : 'LayDanhSachTTHCDonVi'
      const from = cursorIn(cursor)
      const reading = listReading(dialect.listFields, from.seen)
      let { lastId } = from
      for (;;) {
        let answer: Rows = await calls.make({ kind: 'list', service, lastId }, signal)
        // Nothing behind a cursor may be the end of the list or a slip of the server: it is asked twice.
        const isOver = answer.total !== null && reading.seen >= answer.total
        if (answer.rows.length === 0 && lastId !== null && !isOver) answer = await calls.make({ kind: 'list', service, lastId }, signal)
        const { rows: given, total } = answer
        if (given.length === 0 && reading.seen === 0)
          throw new LienthongError('procedure-database.empty_list', { values: { operation: service }, system: SYSTEM, operation: service })
        const { rows, problems, fresh, named } = reading.page(given)
        if (given.length > 0 && named === 0) throw unreadable(service, nobodyNamed(given.length))
        // A server that ignores the cursor shows its first page for ever, or ends with it: neither is the list.
        if (given.length > 0 && fresh === 0) throw cut(service, REPEATED)
        const isLast = answer.lastId === null || answer.lastId === lastId || given.length === 0
        if (isLast && total !== null && reading.seen < total) throw cut(service, tooFew(reading.seen, total))
        if (isLast) {
          const proven = total !== null || given.length > 0
          yield { rows, problems: proven ? problems : [...problems, ENDED_EMPTY], cursor: null, end: 'complete' }
          return
        }
        yield { rows, problems, cursor: `${reading.seen} ${answer.lastId}`, end: 'more' }
        lastId = answer.lastId
      }
    },

    async procedure({ code, reference }, { signal } = {}) {
      if (dialect.detailBy === 'reference' && reference === null) throw notOffered('LayThuTuc', WITHOUT_REFERENCE)
      const rows = await only({ kind: 'procedure', service: 'LayThuTuc', code, reference }, signal)
      if (rows.length === 0) return null
      // Without a name of its own a row is taken at the database's word; a row of another procedure is not.
      const row = rows.find((one) => codesIn(one).some((own) => sameProcedure(own, code))) ?? rows.find((one) => codesIn(one).length === 0)
      if (row === undefined) throw unreadable('LayThuTuc', ANOTHER)
      if (Object.values(row).every(saysNothing)) throw unreadable('LayThuTuc', EMPTY_DETAIL)
      if (dialect.form === 'national') {
        const read = procedureDetail.safeParse(row)
        if (read.success) return { form: 'national', detail: read.data }
        throw unreadable('LayThuTuc', wrongField(read.error.issues[0]?.path))
      }
      const read = formalityDetail.safeParse(row)
      if (read.success) return { form: 'portal-2026', detail: read.data }
      throw unreadable('LayThuTuc', wrongField(read.error.issues[0]?.path))
    },

    async dictionary(service, { signal } = {}) {
      if (!dialect.offers.dictionaries) throw notOffered(service, { en: 'dictionaries', vi: 'danh mục mã' })
      return only({ kind: 'dictionary', service }, signal)
    },

    async decision(id, { signal } = {}) {
      if (!dialect.offers.decisions) throw notOffered('LayQDCB', { en: 'publishing decisions', vi: 'quyết định công bố' })
      const [row] = await only({ kind: 'decision', service: 'LayQDCB', id }, signal)
      if (row === undefined) return null
      const read = decisionRow.safeParse(row)
      if (read.success) return read.data
      throw unreadable('LayQDCB', wrongField(read.error.issues[0]?.path))
    },
  }
}

/** Our own cursor: how many rows came before, and the server's. */
function cursorIn(cursor: string | null | undefined): { readonly seen: number; readonly lastId: string | null } {
  const match = /^(\d{1,9}) (.+)$/s.exec(cursor ?? '')
  return match === null ? { seen: 0, lastId: null } : { seen: Number(match[1]), lastId: match[2] ?? null }
}

/** Whatever a detail says its code is; the portal of 2026 has two fields. */
function codesIn(row: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(row).flatMap(([key, value]) => (/^(?:matthc|code|codenotation)$/i.test(key) ? (codeIn(value)?.text ?? []) : []))
}

function saysNothing(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)
}

function upperCased(operation: string, row: object): Readonly<Record<string, unknown>> {
  try {
    return upperCaseKeys(row) as Readonly<Record<string, unknown>>
  } catch (error) {
    // Thousands of brackets in each other: nothing of the database's, and more than a stack holds.
    if (error instanceof RangeError) throw unreadable(operation, TOO_DEEP)
    throw error
  }
}

function isRecord(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null && !Array.isArray(row)
}

function cut(operation: string, problem: Text): LienthongError {
  return new LienthongError('procedure-database.list_cut', { values: { problem }, system: SYSTEM, operation })
}

const WITHOUT_REFERENCE: Text = { en: 'a detail without the id from its list', vi: 'chi tiết khi không có id từ danh sách' }
/** A whole list may end so; but so does one that a server forgot halfway. */
const ENDED_EMPTY: ListProblem = {
  place: 'end of the list',
  problem: {
    en: 'The list ended with an empty page and names no total, so nothing is concluded to be gone.',
    vi: 'Danh sách kết thúc bằng một trang rỗng và không có tổng số, nên không kết luận thủ tục nào đã hết.',
  },
  code: null,
}
const REPEATED: Text = { en: 'a page repeated what an earlier one had shown', vi: 'một trang lặp lại những gì trang trước đã trả' }
const ANOTHER: Text = { en: 'the record is of another procedure', vi: 'bản ghi thuộc thủ tục khác' }
const EMPTY_DETAIL: Text = { en: 'the record is empty', vi: 'bản ghi rỗng' }
const TOO_DEEP: Text = { en: 'the record is nested too deeply', vi: 'bản ghi lồng nhau quá sâu' }
const tooFew = (seen: number, total: number): Text => ({ en: `${seen} of ${total} rows came`, vi: `chỉ có ${seen}/${total} dòng` })
const notARecord = (index: number): Text => ({ en: `result[${index}] is no record`, vi: `result[${index}] không phải bản ghi` })
const nobodyNamed = (count: number): Text => ({ en: `none of ${count} rows has a code`, vi: `không dòng nào trong ${count} dòng có mã` })
const wrongField = (path: readonly PropertyKey[] | undefined): Text => {
  const field = (path ?? []).map(String).join('.')
  return { en: `the record’s ${field || 'form'} is wrong`, vi: `${field || 'cấu trúc'} của bản ghi sai` }
}
