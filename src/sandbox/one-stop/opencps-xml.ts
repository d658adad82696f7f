/** The same answers as XML, as JAXB writes them: one element a field, a list as its element again and again. contracts/provincial-sources.md §4.1 */
import { Builder } from 'xml2js'
import { type Answer, type Incoming, isObject, parseJson } from '../exchange.js'

/** Roots of single records; a list's is called `data`, like each of its rows. */
const ROOTS: readonly (readonly [root: string, fits: (body: object) => boolean])[] = [
  ['data', (body) => 'total' in body],
  ['ErrorMsgModel', (body) => 'message' in body && 'code' in body],
  ['PaymentFileModel', (body) => 'paymentFileId' in body],
  ['ServiceInfoDetailModel', (body) => 'serviceInfoId' in body],
  ['DossierDetailModel', () => true],
]

/** In the form that the caller accepts; JSON to whoever does not say. */
export function inAcceptedForm(request: Incoming, answer: Answer): Answer {
  const accepts = request.headers.accept ?? ''
  const body = /application\/xml/.test(accepts) && !/application\/json/.test(accepts) ? parseJson(answer.body)?.value : undefined
  if (!isObject(body)) return answer
  const root = ROOTS.find(([, fits]) => fits(body))?.[0] ?? 'data'
  const xml = new Builder({ rootName: root, renderOpts: { pretty: false }, xmldec: { version: '1.0', encoding: 'UTF-8', standalone: true } })
  return { ...answer, body: xml.buildObject(body), headers: { ...answer.headers, 'content-type': 'application/xml;charset=UTF-8' } }
}
