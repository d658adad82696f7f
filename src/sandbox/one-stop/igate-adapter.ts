/** The Vietnamese-keyed write adapter of iGate. Its paths and refusals are the simulator's own (A). contracts/provincial-sources.md §7.6 */
import { createHash } from 'node:crypto'
import { igateIntake, igateProgress, igateState } from '../../connectors/igate-adapter/wire.js'
import { type Answer, type Incoming, isObject, json, parseJson } from '../exchange.js'
import { PROVINCE_ROOT } from '../province/catalogue.js'
import { type IgateTokens, unauthorized } from './igate-tokens.js'

export const IGATE_ADAPTER_BASE = '/one-stop/igate-adapter'

/** A dossier that came through the adapter, as iGate then holds it. */
export interface TakenDossier {
  readonly id: string
  readonly maHoSo: string
  readonly record: unknown
  creates: number
  refusedCreates: number
  readonly steps: unknown[]
  readonly states: unknown[]
}

export interface IgateAdapterSystem {
  handle(request: Incoming): Answer
  operation(request: Incoming): { readonly service: string; readonly key: string }
  taken(): readonly TakenDossier[]
  reset(): void
}

export function igateAdapter(tokens: IgateTokens): IgateAdapterSystem {
  const books = new Map<string, TakenDossier>()
  let numbers = 0

  const create = (message: unknown): Answer => {
    const read = igateIntake.safeParse(message)
    if (!read.success) return refusal(400, `Thiếu hoặc sai trường: ${read.error.issues[0]?.path.join('.') ?? ''}`)
    const { MaHoSo } = read.data
    const known = books.get(MaHoSo)
    if (known !== undefined) {
      known.refusedCreates++
      return refusal(400, `Hồ sơ ${MaHoSo} đã tồn tại`)
    }
    const id = `66f1${createHash('sha1').update(MaHoSo).digest('hex').slice(0, 20)}`
    books.set(MaHoSo, { id, maHoSo: MaHoSo, record: read.data, creates: 1, refusedCreates: 0, steps: [], states: [] })
    return done({ idHoSo: id, maHoSo: MaHoSo })
  }

  /** All or nothing, so that a refused list leaves no trace. */
  const append = (message: unknown, what: 'steps' | 'states'): Answer => {
    const schema = what === 'steps' ? igateProgress : igateState
    if (!Array.isArray(message) || message.length === 0) return refusal(400, 'Cần một danh sách')
    const found: [TakenDossier, unknown][] = []
    for (const row of message) {
      const read = schema.safeParse(row)
      if (!read.success) return refusal(400, `Thiếu hoặc sai trường: ${read.error.issues[0]?.path.join('.') ?? ''}`)
      const dossier = books.get(read.data.MaHoSo)
      const id = 'IDHoSo' in read.data ? read.data.IDHoSo : read.data.IdHoSo
      if (dossier === undefined || dossier.id !== id) return refusal(404, `Không tìm thấy hồ sơ ${read.data.MaHoSo}`)
      found.push([dossier, read.data])
    }
    for (const [dossier, row] of found) dossier[what].push(row)
    return done(null)
  }

  const answer = (request: Incoming): Answer => {
    const path = request.path.slice(IGATE_ADAPTER_BASE.length)
    if (path === '/ma-ho-so') {
      numbers++
      return json({ value: `000.00.12.${PROVINCE_ROOT}-260302-${String(9000 + numbers).padStart(4, '0')}` })
    }
    if (path === '/tep-tin') return uploaded(request)
    const message = parseJson(request.body)
    if (message === undefined) return refusal(400, 'Nội dung không phải JSON')
    if (path === '/noi-ho-so') return create(message.value)
    if (path === '/tien-do') return append(message.value, 'steps')
    if (path === '/trang-thai') return append(message.value, 'states')
    return json({ code: 404, message: 'Không tìm thấy API' }, 404)
  }

  return {
    handle(request) {
      const path = request.path.slice(IGATE_ADAPTER_BASE.length)
      if (path === '/token') return wrapped(tokens.issue(request))
      return tokens.isGood(request.headers.authorization) ? answer(request) : unauthorized()
    },
    operation(request) {
      const service = request.path.slice(IGATE_ADAPTER_BASE.length + 1)
      const message = parseJson(request.body)?.value
      const first: unknown = Array.isArray(message) ? message[0] : message
      return { service, key: isObject(first) ? String(first.MaHoSo ?? '') : request.query.toString() }
    },
    taken: () => [...books.values()],
    reset() {
      books.clear()
      numbers = 0
    },
  }
}

/** The page's proxy puts Keycloak's answer one level down. */
function wrapped(answer: Answer): Answer {
  return answer.status === 200 ? { ...answer, body: `{"data":${answer.body}}` } : answer
}

/** A list for each file, inside a list. Names and sizes only: nobody asks for the content. */
function uploaded({ body }: Incoming): Answer {
  const files = body.split('Content-Disposition: form-data; name="files"').slice(1)
  const data = files.map((file) => {
    const hash = createHash('sha256').update(file).digest('hex')
    return { response: { data: [{ IdTepTin: `66f2${hash.slice(0, 20)}`, HashTepTin: hash }] } }
  })
  return files.length === 0 ? refusal(400, 'Thiếu trường files') : json({ data })
}

function done(data: unknown): Answer {
  return json({ code: 200, message: 'Thành công', data })
}

function refusal(code: number, message: string): Answer {
  return json({ code, message, data: null }, code)
}
