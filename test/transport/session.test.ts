import { expect, test } from 'vitest'
import { isLienthongError, LienthongError } from '../../src/base/index.js'
import { sessionKeeper } from '../../src/transport/index.js'
import { manualClock } from './manual-clock.js'

interface Counting {
  logins: number
}

function keeper(counting: Counting, clock = manualClock()) {
  return sessionKeeper({
    system: 'national-portal',
    clock,
    maxAgeMs: 600_000,
    logIn: async () => {
      counting.logins++
      await new Promise((resolve) => setImmediate(resolve))
      return `session-${counting.logins}`
    },
  })
}
const never = () => false

test('twenty parallel calls share one login', async () => {
  const counting = { logins: 0 }
  const sessions = keeper(counting)
  const used = await Promise.all(Array.from({ length: 20 }, () => sessions.use(async (session) => session, never)))
  expect(new Set(used)).toEqual(new Set(['session-1']))
  expect(counting.logins).toBe(1)
})

test('a session is not used beyond its age', async () => {
  const counting = { logins: 0 }
  const clock = manualClock()
  const sessions = keeper(counting, clock)
  await sessions.use(async () => {}, never)
  clock.advance(599_999)
  expect(await sessions.use(async (session) => session, never)).toBe('session-1')
  clock.advance(1)
  expect(await sessions.use(async (session) => session, never)).toBe('session-2')
})

test('twenty calls that lose the same session log in once more and repeat once each', async () => {
  const counting = { logins: 0 }
  const sessions = keeper(counting)
  let calls = 0
  const results = await Promise.all(
    Array.from({ length: 20 }, () =>
      sessions.use(
        async (session) => {
          calls++
          return session
        },
        (session) => session === 'session-1',
      ),
    ),
  )
  expect(new Set(results)).toEqual(new Set(['session-2']))
  expect(counting.logins).toBe(2)
  expect(calls).toBe(40)
})

test('a session that is lost again is not chased', async () => {
  const counting = { logins: 0 }
  let calls = 0
  const result = await keeper(counting).use(
    async () => ++calls,
    () => true,
  )
  expect({ result, logins: counting.logins }).toEqual({ result: 2, logins: 2 })
})

test('a refused login is final, another failure is not', async () => {
  const failures = [new LienthongError('transport.unreachable'), new LienthongError('portal.login_refused')]
  let logins = 0
  const sessions = sessionKeeper({
    system: 'national-portal',
    clock: manualClock(),
    maxAgeMs: 1,
    logIn: async (): Promise<string> => {
      throw failures[logins++]
    },
  })
  const codes: unknown[] = []
  for (let call = 0; call < 4; call++) {
    await sessions.use(async () => {}, never).catch((error: unknown) => codes.push(isLienthongError(error) && error.code))
  }
  expect(codes).toEqual(['transport.unreachable', 'portal.login_refused', 'portal.login_refused', 'portal.login_refused'])
  expect(logins).toBe(2)
})

test('one caller that gives up does not take the login from the others', async () => {
  const counting = { logins: 0 }
  const sessions = keeper(counting)
  const controller = new AbortController()
  const given = sessions.use(async (session) => session, never, controller.signal)
  const kept = sessions.use(async (session) => session, never)
  controller.abort()
  await expect(given).rejects.toMatchObject({ code: 'transport.aborted', kind: 'aborted' })
  expect(await kept).toBe('session-1')
  expect(counting.logins).toBe(1)
})
