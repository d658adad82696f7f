/** What the province offers nationally. No contract shows such an upload: everything here is assumed. */
import { type Answer, isObject, json, type Loose, parseJson } from '../exchange.js'
import type { Sessions } from '../national-portal/sessions.js'
import type { Call, SimulatedSystem } from '../system.js'
import type { ProcedureDatabase } from './database.js'
import { notFound } from './spoiling.js'

export const UPLOAD_BASE = '/procedure-database/upload'

/** An offer as it came, by the code of its procedure. */
export interface HeldOffer {
  readonly code: string
  /** How often it came. */
  readonly uploads: number
  readonly item: Readonly<Record<string, unknown>>
}

export interface OfferBook {
  readonly offers: ReadonlyMap<string, HeldOffer>
  post(items: readonly OfferItem[]): void
  clear(): void
}
export interface OfferItem {
  readonly code: string
  readonly item: Readonly<Record<string, unknown>>
}

export function offerBook(): OfferBook {
  const offers = new Map<string, HeldOffer>()
  return {
    offers,
    post(items) {
      for (const { code, item } of items) offers.set(code, { code, item, uploads: (offers.get(code)?.uploads ?? 0) + 1 })
    },
    clear: () => offers.clear(),
  }
}

/** POST of any JSON object with a list `items`; each item needs a code under one of the usual names. All or nothing. */
export function uploadDoor(database: ProcedureDatabase, sessions: Sessions, take: (items: readonly OfferItem[]) => void): SimulatedSystem {
  const { options, counts } = database
  const refuse = (code: number, message: string): Answer => {
    counts.refused()
    return json({ error_code: code, message })
  }
  const lost = (): Answer => refuse(401, 'Session không hợp lệ hoặc đã hết hạn')
  const admitted = {
    none: () => true,
    session: (body: Loose) => sessions.holder(body.session) !== undefined,
    bearer: (_: Loose, authorization: string | undefined) => authorization === `Bearer ${options.uploadToken}`,
  }[options.uploadAuth]

  return {
    name: 'procedure-database-upload',
    base: UPLOAD_BASE,
    open(request) {
      const parsed = parseJson(request.body)?.value
      const body = isObject(parsed) ? parsed : undefined
      const items = Array.isArray(body?.items) ? body.items : undefined
      const named = typeof body?.service === 'string' ? body.service : request.path.slice(UPLOAD_BASE.length + 1)
      const service = named === '' ? 'upload' : named
      const call = (run: () => Answer): Call => ({
        service,
        key: codeOf(items?.[0]) ?? '',
        stepKeys: [],
        run,
        sessionLost: lost,
        rejected: () => refuse(2, 'Dữ liệu bị từ chối theo kịch bản kiểm thử'),
      })
      if (request.method !== 'POST') return call(notFound)
      counts.asked(service)
      return call(() => {
        if (body === undefined) return refuse(-1, 'Nội dung gửi lên không phải là JSON')
        if (!admitted(body, request.headers.authorization)) return lost()
        if (items === undefined || items.length === 0) return refuse(2, 'Trường items phải là một danh sách có ít nhất một bản ghi')
        const coded: OfferItem[] = []
        for (const [index, item] of items.entries()) {
          const code = codeOf(item)
          if (code === undefined) return refuse(2, `Dữ liệu không đúng quy định tại items[${index}]: thiếu mã thủ tục`)
          coded.push({ code, item: item as Loose })
        }
        take(coded)
        return json({ error_code: 0, message: '', result: [] })
      })
    },
  }
}

const CODE_NAMES = /^(ma_?tthc|code|procedure_?code|national_?code)$/i

function codeOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined
  const found = Object.entries(item).find(([field, value]) => CODE_NAMES.test(field) && typeof value === 'string' && value.trim() !== '')
  return found === undefined ? undefined : String(found[1]).trim()
}
