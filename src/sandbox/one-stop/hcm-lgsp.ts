/** The HCM City LGSP: its envelope, its two ways of showing credentials, its catalogue by sector. contracts/provincial-sources.md §6 */
import type { Clock } from '../../base/index.js'
import { type Answer, type Incoming, json } from '../exchange.js'
import type { LocalProcedure } from '../province/local-catalogue.js'

export const HCM_LGSP_BASE = '/one-stop/hcm-lgsp'

export interface HcmLgspOptions {
  readonly account: { readonly appName: string; readonly accessKey: string; readonly secretKey: string }
}

export const hcmLgspDefaults: HcmLgspOptions = { account: { appName: 'lienthong', accessKey: 'sandbox', secretKey: 'sandbox' } }

const TOKEN_MS = 3_600_000
const CATALOGUE = 'APITraCuuDanhMucThuTucHanhChinhTheoMaLinhVuc'

export interface HcmLgsp {
  handle(request: Incoming): Answer
  operation(request: Incoming): { readonly service: string; readonly key: string }
}

export function hcmLgsp(
  { clock, catalogue }: { readonly clock: Clock; readonly catalogue: () => readonly LocalProcedure[] },
  options: HcmLgspOptions,
): HcmLgsp {
  const tokens = new Map<string, number>()
  let issued = 0

  const knows = (header: unknown): boolean => {
    const key = keyIn(header)
    const { appName, accessKey, secretKey } = options.account
    return key !== undefined && key.AppName === appName && key.AccessKey === accessKey && key.SecretKey === secretKey && Boolean(key.PartnerCode)
  }

  const token = (request: Incoming): Answer => {
    const grant = new URLSearchParams(request.body).get('grant_type')
    if (request.method !== 'POST' || grant !== 'client_credentials' || !knows(request.headers.lgspaccesstoken)) return lgspNotLoggedIn()
    const text = `hcm-${(++issued).toString(16).padStart(8, '0')}`
    tokens.set(text, clock.now() + TOKEN_MS)
    return json({ access_token: text, token_type: 'Bearer', expires_in: TOKEN_MS / 1000 })
  }

  /** Either the key in `Authorization`, or the key in its own header and a bearer token beside it. */
  const isLoggedIn = ({ headers }: Incoming): boolean => {
    if (headers.lgspaccesstoken === undefined) return knows(headers.authorization)
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    return knows(headers.lgspaccesstoken) && (tokens.get(bearer) ?? 0) > clock.now()
  }

  return {
    handle(request) {
      const service = serviceOf(request)
      if (service === 'token') return token(request)
      if (!isLoggedIn(request)) return lgspNotLoggedIn()
      if (service !== CATALOGUE || request.method !== 'GET') return lgspRefused(404, 'Service not found')
      const sector = request.query.get('MaLinhVuc') ?? ''
      if (sector === '') return lgspRefused(400, 'MaLinhVuc is required')
      return envelope(
        catalogue()
          .filter(({ sectorCode }) => sectorCode === sector)
          .map(row),
      )
    },
    operation: (request) => ({ service: serviceOf(request), key: request.query.toString() }),
  }
}

function row(procedure: LocalProcedure) {
  return {
    MA_THU_TUC: procedure.localCode,
    TEN_THU_TUC: procedure.name,
    MA_LINH_VUC: procedure.sectorCode,
    TEN_LINH_VUC: procedure.sector,
    MUC_DO: String(procedure.serviceLevel),
    THOI_GIAN_GIAI_QUYET: procedure.terms.duration,
    LE_PHI: procedure.terms.fee,
  }
}

function envelope(ResultObject: unknown): Answer {
  return json({ StatusCode: 200, Status: 'SUCCESS', Description: '', ThrowException: false, ResultObject })
}

/** HTTP 200 all the same. */
export function lgspRefused(StatusCode: number, Description: string): Answer {
  return json({ StatusCode, Status: 'ERROR', Description, ThrowException: true, ResultObject: null })
}

export function lgspNotLoggedIn(): Answer {
  return json({ StatusCode: 401, Status: 'UNAUTHORIZED', Description: '', ThrowException: true, ResultObject: null }, 401)
}

function serviceOf({ path }: Incoming): string {
  return path.slice(HCM_LGSP_BASE.length + 1)
}

/** Base64 of compact JSON and nothing else: a scheme word spoils it. */
function keyIn(header: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof header !== 'string' || /\s/.test(header)) return undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
    return typeof key === 'object' && key !== null ? (key as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
