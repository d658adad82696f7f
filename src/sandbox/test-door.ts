/** The sandbox's own door, `/__sandbox/…`: set the scene, look into the other side's books. DESIGN "The sandbox". */
import { z } from 'zod'
import { type Instant, instant } from '../domain/index.js'
import { type Answer, type Incoming, json, ndjson, parseJson } from './exchange.js'
import { faultPlan } from './faults.js'
import type { HeldDossier } from './national-portal/books.js'
import { fetchFiles } from './national-portal/files.js'
import { registerFiles, registerForms, registerTables } from './one-stop/registers.js'
import { citizenRequest, nationalRequest, partnerRequest } from './payment-platform/index.js'
import { procedureStory } from './procedure-database/index.js'
import { expectedDossiers } from './province/expected.js'
import type { LocalProcedure } from './province/local-catalogue.js'
import { provinceSetup } from './setup.js'
import { claims, judge } from './verdict.js'
import type { World } from './world.js'

export const TEST_DOOR = '/__sandbox'

const provinceRequest = z.strictObject({
  seed: z.union([z.number(), z.string()]),
  dossiers: z.number().int().min(0).max(1_000_000),
  startAt: z.union([z.number(), z.string()]).optional(),
  catalogue: z.number().int().min(0).max(20_000).optional(),
})
const registerRequest = z.strictObject({ form: z.enum(registerForms) })
const advanceRequest = z.strictObject({ days: z.number().min(0).max(3650) })

type Handler = (world: World, body: unknown) => Answer | Promise<Answer>

const routes: Readonly<Record<string, Handler>> = {
  'GET /national-portal/dossiers': (world) => ndjson(dossierLines(world)),
  'GET /national-portal/files': async (world) => ndjson(await fetchFiles(world.portal.dossiers.values())),
  'GET /national-portal/requests': (world) => json(world.portal.requests()),
  'POST /national-portal/sessions/kill': (world) => {
    world.killSessions('national-portal')
    return json({ killed: true })
  },
  'GET /procedure-database/requests': (world) => json(world.procedures.requests()),
  'GET /procedure-database/procedures': (world) => ndjson(world.procedures.procedures()),
  'GET /procedure-database/offers': (world) => ndjson(world.procedures.offers()),
  'POST /procedure-database/sessions/kill': (world) => {
    world.killSessions('procedure-database')
    return json({ killed: true })
  },
  'POST /procedure-database/story': (world, body) => {
    const added = world.procedures.tell(procedureStory.parse(body))
    return json({ procedures: world.procedures.catalogue.list().length, added })
  },
  'GET /one-stop-igate-adapter/dossiers': (world) => ndjson(world.takenByIgate()),
  'GET /payment-platform/transactions': (world) => ndjson(world.payments.transactions()),
  'POST /payment-platform/partner': (world, body) => json(world.payments.register(partnerRequest.parse(body))),
  'POST /payment-platform/citizen': (world, body) => json(world.payments.citizen(citizenRequest.parse(body))),
  'POST /payment-platform/national': async (world, body) => json(await world.payments.national(nationalRequest.parse(body))),
  'POST /payment-platform/settle': async (world) => {
    await world.payments.settle()
    return json({ settled: true })
  },
  'POST /payment-platform/resend': async (world) => {
    await world.payments.resend()
    return json({ settled: true })
  },
  'POST /faults': (world, body) => json(world.setFaults(faultPlan.parse(body))),
  'GET /faults/injected': (world) => json(world.injected()),
  'POST /reset': (world) => {
    world.reset()
    return json({ reset: true })
  },
  'POST /province': (world, body) => {
    const { seed, dossiers, startAt, catalogue } = provinceRequest.parse(body)
    const start = startAt === undefined ? {} : { startAt: moment(startAt) }
    const made = world.makeProvince({ seed, dossiers, ...start, ...(catalogue !== undefined && { catalogue }) })
    return json(provinceSetup(made, world.localCatalogue()))
  },
  'POST /province/advance': (world, body) => {
    const province = world.advance(advanceRequest.parse(body).days)
    return province === undefined ? noProvince() : json(provinceSetup(province, world.localCatalogue()))
  },
  'GET /province/setup': (world) => (world.province === undefined ? noProvince() : json(provinceSetup(world.province, world.localCatalogue()))),
  'GET /province/expected': (world) => (world.province === undefined ? noProvince() : ndjson(expectedDossiers(world.province))),
  'POST /province/registers': (world, body) => {
    if (world.province === undefined) return noProvince()
    const files = registerFiles(world.province, registerRequest.parse(body).form)
    return json({ tables: registerTables, files: files.map(({ name, bytes }) => ({ name, content: Buffer.from(bytes).toString('base64') })) })
  },
  'GET /province/catalogue': (world) => (world.province === undefined ? noProvince() : ndjson(catalogueLines(world))),
  'POST /verdict': (world, body) => json(judge(world.province, world.portal.dossiers, claims.parse(body ?? {}), world.repeats.counts())),
}

export async function serveTestDoor(world: World, request: Incoming): Promise<Answer> {
  const handler = routes[`${request.method} ${request.path.slice(TEST_DOOR.length)}`]
  if (handler === undefined) return problem(404, `No such call: ${Object.keys(routes).join(', ')}`, 'Không có lời gọi này.')
  const body = request.body === '' ? { value: undefined } : parseJson(request.body)
  if (body === undefined) return problem(400, 'The body is no JSON.', 'Nội dung gửi lên không phải là JSON.')
  try {
    return await handler(world, body.value)
  } catch (error) {
    if (error instanceof RangeError) return problem(400, error.message, error.message)
    if (!(error instanceof z.ZodError)) throw error
    const where = error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ')
    return problem(400, where, where)
  }
}

/** What the door shows of a dossier. */
export interface DossierLine {
  readonly maHoSo: string
  readonly creates: number
  readonly updates: number
  readonly refusedCreates: number
  readonly record: HeldDossier['record']
  readonly steps: HeldDossier['steps']
  readonly statusHistory: HeldDossier['statusHistory']
}

export function* dossierLines(world: World): Generator<DossierLine> {
  for (const { maHoSo, creates, updates, refusedCreates, record, steps, statusHistory } of world.portal.dossiers.values()) {
    yield { maHoSo, creates, updates, refusedCreates, record, steps, statusHistory }
  }
}

/** The truth about one row of the province's own catalogue. */
export interface CatalogueLine {
  readonly localCode: string
  readonly name: string
  readonly trueNationalCode: string | null
  readonly kind: LocalProcedure['kind']
}

export function* catalogueLines(world: World): Generator<CatalogueLine> {
  for (const { localCode, name, trueNationalCode, kind } of world.localCatalogue()) yield { localCode, name, trueNationalCode, kind }
}

function moment(text: string | number): Instant {
  const at = typeof text === 'number' ? text : Date.parse(text)
  if (Number.isNaN(at))
    throw new z.ZodError([{ code: 'custom', path: ['startAt'], message: 'an ISO time such as 2026-03-02T08:00:00+07:00', input: text }])
  return instant(at)
}

function noProvince(): Answer {
  return problem(
    404,
    'There is no province yet: POST /__sandbox/province {seed, dossiers}.',
    'Chưa có tỉnh nào: POST /__sandbox/province {seed, dossiers}.',
  )
}

function problem(status: number, en: string, vi: string): Answer {
  return json({ error: { en, vi } }, status)
}
