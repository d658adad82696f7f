/** Replays the golden exchanges of every dialect against the client: requests byte for byte as data, answers to results. */
import { readdirSync, readFileSync } from 'node:fs'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type NationalPortal, type NationalPortalOptions, nationalPortal, portalDialects } from '../../../src/connectors/index.js'
import { manualClock } from '../../transport/manual-clock.js'

interface Exchange {
  readonly says: string
  readonly call: readonly [keyof NationalPortal, ...unknown[]]
  readonly http: readonly {
    readonly request: {
      readonly method: string
      readonly url: string
      readonly headers: Record<string, string>
      readonly absentHeaders?: readonly string[]
      readonly body?: unknown
    }
    readonly response: { readonly status: number; readonly body: unknown }
  }[]
  readonly result?: unknown
  readonly error?: Record<string, unknown>
}

interface Golden {
  readonly dialect: string
  readonly options: NationalPortalOptions
  readonly exchanges: readonly Exchange[]
}

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'))

/** `"$record"` and `"$step"` stand for the record and the step of the file. */
function golden(name: string): Golden {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  const { record, step } = JSON.parse(text) as { record: unknown; step: unknown }
  return JSON.parse(text.replaceAll('"$record"', JSON.stringify(record)).replaceAll('"$step"', JSON.stringify(step))) as Golden
}

beforeAll(() => nock.disableNetConnect())
afterEach(() => nock.cleanAll())
afterAll(() => nock.enableNetConnect())

test('every dialect that comes with the library has its golden exchanges', () => {
  expect(files.map((name) => name.replace('.json', '')).sort()).toEqual([...portalDialects.keys()].sort())
})

describe.each(files)('%s', (name) => {
  const { options, exchanges } = golden(name)

  test.each(exchanges)('$says', async ({ call, http, result, error }) => {
    const received: Request[] = []
    for (const { request, response } of http) {
      const url = new URL(request.url)
      const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body)
      nock(url.origin)
        .intercept(url.pathname + url.search, request.method)
        .reply((sent: Request) => {
          received.push(sent.clone())
          return [response.status, body]
        })
    }
    const portal = nationalPortal({ ...options, clock: manualClock() })
    const [operation, ...parameters] = call
    const answering: Promise<unknown> = Reflect.apply(portal[operation] as (...values: unknown[]) => Promise<unknown>, portal, parameters)
    if (error !== undefined) {
      await expect(answering).rejects.toMatchObject(error)
    } else {
      const given = await answering
      // `raw` is the body itself: the journal's digest is taken of what came.
      const last = http.at(-1)?.response.body
      const withRaw =
        typeof result === 'object' && result !== null && 'answer' in result
          ? { ...result, answer: { ...(result.answer as object), raw: typeof last === 'string' ? last : JSON.stringify(last) } }
          : result
      expect(given).toEqual(withRaw)
    }
    expect(nock.pendingMocks()).toEqual([])
    for (const [index, { request }] of http.entries()) {
      const sent = received[index]!
      expect({ method: sent.method, url: sent.url }).toEqual({ method: request.method, url: request.url })
      expect(Object.fromEntries(sent.headers)).toMatchObject(request.headers)
      for (const name of request.absentHeaders ?? []) expect(sent.headers.has(name), name).toBe(false)
      // As texts: the contract fixes the order of the fields too (§4.1.1).
      expect(await sent.text()).toBe(request.body === undefined ? '' : JSON.stringify(request.body))
    }
  })
})
