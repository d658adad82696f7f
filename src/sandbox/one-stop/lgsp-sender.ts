/**
 * OpenCPS pushing to the provincial LGSP: a token for each dossier, the document, then the trace of the action; again until HTTP 200 comes.
 * contracts/provincial-sources.md §5.1. The other systems of the sandbox are asked; this one calls.
 */
import { request } from 'node:http'
import { type Clock, hashText } from '../../base/index.js'
import type { Life } from '../province/life.js'
import { exclusionOf, type Province } from '../province/province.js'
import { standingAt } from '../province/standing.js'
import { msyncDocument, msyncTrace, msyncXml } from './lgsp-rendering.js'

export interface LgspSenderOptions {
  /** Where tokens are fetched, and documents go (`url` and `adapter` of the partner record; here one). */
  readonly url: string
  readonly client: { readonly id: string; readonly secret: string }
  /** `mixed`: every other dossier in XML. Default json. */
  readonly format?: 'json' | 'xml' | 'mixed'
  readonly seed?: number | string
  /** Shares of calls that go wrong. */
  readonly faults?: {
    /** The receiver answers, and the answer is lost. */
    readonly lostAnswers?: number
    /** The connection breaks in the middle of the message. */
    readonly cuts?: number
    /** The message is sent once more although it was acknowledged. */
    readonly repeats?: number
  }
  /** Dossiers at a time; each in its own order. Default 8. */
  readonly concurrency?: number
  /** Tries of one call. Default 30. */
  readonly tries?: number
  readonly clock: Clock
}

export interface PushReport {
  /** Calls that were acknowledged, by path. */
  readonly acknowledged: Readonly<Record<string, number>>
  readonly calls: number
  readonly lostAnswers: number
  readonly cuts: number
  readonly repeats: number
  /** `CODE path: status` of what was not taken in the end. */
  readonly refused: readonly string[]
}

export interface LgspSender {
  /** Tells everything that happened since the last time, dossier by dossier in its order. */
  push(): Promise<PushReport>
}

type Way = 'whole' | 'lost-answer' | 'cut'

export function lgspSender(current: () => Province, options: LgspSenderOptions): LgspSender {
  const { url, client, format = 'json', seed = 1, faults = {}, concurrency = 8, tries = 30, clock } = options
  /** How many events of a dossier were told. */
  const told = new Map<number, number>()

  return {
    async push() {
      const province = current()
      const tally = { acknowledged: {} as Record<string, number>, calls: 0, lostAnswers: 0, cuts: 0, repeats: 0, refused: [] as string[] }
      const chance = (kind: string, key: string) => hashText(`${seed}/lgsp/${kind}/${key}`) / 4_294_967_296
      const wayOf = (key: string): Way => {
        if (chance('cut', key) < (faults.cuts ?? 0)) return 'cut'
        return chance('lost', key) < (faults.lostAnswers ?? 0) ? 'lost-answer' : 'whole'
      }
      const deliver = async (path: string, body: string, headers: Readonly<Record<string, string>>, key: string): Promise<string | undefined> => {
        for (let attempt = 1; ; attempt++) {
          tally.calls++
          const way = wayOf(`${key}/${attempt}`)
          if (way === 'cut') tally.cuts++
          if (way === 'lost-answer') tally.lostAnswers++
          const answer = await post(url + path, body, headers, way)
          if (answer?.status === 200) {
            tally.acknowledged[path] = (tally.acknowledged[path] ?? 0) + 1
            return answer.body
          }
          // What is wrong with the message stays wrong.
          if ((answer !== undefined && answer.status !== 503) || attempt >= tries) {
            tally.refused.push(`${key} ${path}: ${answer?.status ?? 'no answer'}`)
            return undefined
          }
          await clock.sleep(5)
        }
      }
      const tell = async (life: Life, index: number): Promise<boolean> => {
        const event = life.events[index]
        if (event === undefined) return false
        const standing = standingAt(life, event.at)
        if (standing.code === '') return true
        const key = `${standing.code}/${index}`
        const token = await deliver('/token', loginOf(client), { 'content-type': 'application/x-www-form-urlencoded' }, `${key}/token`)
        if (token === undefined) return false
        const xml = format === 'xml' || (format === 'mixed' && life.index % 2 === 1)
        const headers = {
          'content-type': xml ? 'application/xml' : 'application/json',
          authorization: `Bearer ${(JSON.parse(token) as { access_token: string }).access_token}`,
        }
        const write = (root: string, row: Readonly<Record<string, unknown>>) => (xml ? msyncXml(root, row) : JSON.stringify(row))
        const document = write('MSyncDocument', msyncDocument(life, standing, event.at))
        if ((await deliver('/Document/SyncDocument', document, headers, `${key}/document`)) === undefined) return false
        if (chance('repeat', key) < (faults.repeats ?? 0)) {
          tally.repeats++
          await deliver('/Document/SyncDocument', document, headers, `${key}/again`)
        }
        if (event.kind !== 'step') return true
        const trace = write('MDocumentTraces', msyncTrace(life, event, standing.code))
        return (await deliver('/Document/UpdateDocumentTraces', trace, headers, `${key}/trace`)) !== undefined
      }
      const catchUp = async (life: Life): Promise<void> => {
        for (let index = told.get(life.index) ?? 0; index < life.events.length; index++) {
          const event = life.events[index]
          if (event === undefined || event.at > province.now || !(await tell(life, index))) return
          told.set(life.index, index + 1)
        }
      }
      const waiting = province.lives.filter((life) => isTold(life, province)).values()
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          for (const life of waiting) await catchUp(life)
        }),
      )
      return tally
    },
  }
}

/**
 * Originals that were received; what an older system left and test dossiers are not published (A). A dossier that gets another number would be
 * another dossier to the receiver: these messages cannot say that it is the same, and a correct simulation leaves them out.
 */
export function isTold(life: Life, province: Province): boolean {
  return exclusionOf(life, province.standing(life)) === undefined && !life.events.some(({ kind }) => kind === 'renumbered')
}

function loginOf({ id, secret }: LgspSenderOptions['client']): string {
  return new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret }).toString()
}

/** @returns undefined when no answer was seen */
function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  way: Way,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  return new Promise((resolve) => {
    const bytes = Buffer.from(body)
    const nothing = () => resolve(undefined)
    const call = request(url, { method: 'POST', headers: { ...headers, 'content-length': String(bytes.length) } }, (response) => {
      if (way === 'lost-answer') {
        response.destroy()
        nothing()
        return
      }
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
      response.once('error', nothing)
    })
    call.once('error', nothing)
    if (way === 'cut') {
      call.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => call.destroy())
      return
    }
    call.end(bytes)
  })
}
