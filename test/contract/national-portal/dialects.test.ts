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
  const missing = [...portalDialects.keys()].filter((name) => !files.includes(`${name}.json`))
  if (missing.length > 0) expect.fail(missing.map((name) => `write test/contract/national-portal/${name}.json (docs/dialects.md §3)`).join('\n'))
})

/** What a fixture has to show at least. */
const required: readonly { readonly says: string; readonly shows: (exchange: Exchange) => boolean }[] = [
  { says: 'an accepted create', shows: ({ call, result }) => isSubmit(call, false) && outcomeOf(result) === 'accepted' },
  { says: 'an accepted update', shows: ({ call, result }) => isSubmit(call, true) && outcomeOf(result) === 'accepted' },
  { says: 'a create of what exists', shows: ({ call, result }) => isSubmit(call, false) && outcomeOf(result) === 'already-exists' },
  { says: 'an accepted step', shows: ({ call, result }) => call[0] === 'addProgress' && outcomeOf(result) === 'accepted' },
  { says: 'a lookup, or its refusal where there is none', shows: ({ call }) => call[0] === 'lookUpDossier' },
  { says: 'an answer that cannot be understood', shows: ({ error }) => error?.kind === 'unknown' },
]

const isSubmit = ([operation, , options]: Exchange['call'], updating: boolean) =>
  operation === 'submitDossier' && (options as { updating?: unknown } | undefined)?.updating === updating
const outcomeOf = (result: unknown) => (result as { outcome?: unknown } | undefined)?.outcome

describe.each(files)('%s', (name) => {
  const { dialect, options, exchanges } = golden(name)

  test('is about the dialect that it is named after', () => {
    expect([`${dialect}.json`, options.dialect]).toEqual([name, dialect])
    expect(portalDialects.has(dialect), `add ${dialect} to src/connectors/national-portal/dialects/index.ts`).toBe(true)
  })

  test.each(required)('shows $says', ({ says, shows }) => {
    if (!exchanges.some(shows)) expect.fail(`add ${says} to test/contract/national-portal/${name}`)
  })

  test.each(exchanges)('$says', async ({ call, http, result, error }) => {
    const received: Request[] = []
    // Whatever is asked is answered in turn, and compared below: a request that differs is told as a difference.
    const { origin } = new URL(options.adapterUrl)
    for (const method of ['GET', 'POST'] as const) {
      nock(origin)
        .persist()
        .intercept(/.*/, method)
        .reply((sent: Request) => {
          const body = http[received.push(sent.clone()) - 1]?.response.body ?? ''
          return [http[received.length - 1]?.response.status ?? 501, textOf(body)]
        })
    }
    const portal = nationalPortal({ ...options, clock: manualClock() })
    const [operation, ...parameters] = call
    const calling: Promise<unknown> = Reflect.apply(portal[operation] as (...values: unknown[]) => Promise<unknown>, portal, parameters)
    const [ended] = await Promise.allSettled([calling])
    const lines = Array.from({ length: Math.max(http.length, received.length) }, (_, index) => {
      const [expected, got] = [lineOf(http[index]?.request), lineOf(received[index])]
      return expected === got ? [] : [`request ${index + 1}: expected ${expected}, got ${got}`]
    })
    if (lines.flat().length > 0) expect.fail(lines.flat().join('\n'))
    for (const [index, { request }] of http.entries()) {
      const sent = received[index]!
      expect(Object.fromEntries(sent.headers)).toMatchObject(request.headers)
      for (const name of request.absentHeaders ?? []) expect(sent.headers.has(name), name).toBe(false)
      // As texts: the contract fixes the order of the fields too (§4.1.1).
      expect(await sent.text(), `body of request ${index + 1}`).toBe(request.body === undefined ? '' : JSON.stringify(request.body))
    }
    if (error !== undefined) {
      expect(ended.status === 'rejected' ? ended.reason : ended.value).toMatchObject(error)
      return
    }
    if (ended.status === 'rejected') throw ended.reason
    // `raw` is the body itself: the journal's digest is taken of what came.
    const raw = textOf(http.at(-1)?.response.body)
    expect(ended.value).toEqual(outcomeOf(result) === undefined ? result : { ...(result as object), answer: { ...answerOf(result), raw } })
  })
})

const textOf = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body))
const lineOf = (request: { readonly method: string; readonly url: string } | undefined) =>
  request === undefined ? 'none' : `${request.method} ${request.url}`
const answerOf = (result: unknown) => (result as { answer: object }).answer
