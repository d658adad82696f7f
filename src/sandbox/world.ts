/** Everything a sandbox simulates, without the network: books, story, plan of faults, counters, and what is kept of them. */
import type { Clock } from '../base/index.js'
import { type Instant, instant } from '../domain/index.js'
import { type FaultKind, type FaultPlan, type FaultPlanInput, faultFor, faultPlan, noFaults } from './faults.js'
import { ADAPTER_BASE, adapterDoor, PROXY_BASE, proxyDoor } from './national-portal/doors.js'
import { type PortalOptions, portalDefaults } from './national-portal/options.js'
import { nationalPortal, type Portal } from './national-portal/portal.js'
import { portalSessions } from './national-portal/sessions.js'
import { HCM_LGSP_BASE, hcmLgsp, hcmLgspDefaults, lgspNotLoggedIn, lgspRefused } from './one-stop/hcm-lgsp.js'
import { IGATE_BASE, type IgateOptions, igate, igateDefaults } from './one-stop/igate.js'
import { IGATE_ADAPTER_BASE, igateAdapter, type TakenDossier } from './one-stop/igate-adapter.js'
import { PROVINCE_OBJECT_ID } from './one-stop/igate-rendering.js'
import { forbidden, type IgateLogin, igateLoginDefaults, igateTokens, REALM_PATH, unauthorized } from './one-stop/igate-tokens.js'
import { noContent, OPENCPS_BASE, type OpenCpsOptions, openCps, unauthenticated } from './one-stop/opencps.js'
import { inAcceptedForm } from './one-stop/opencps-xml.js'
import { SITE } from './one-stop/rendering.js'
import { TD_BASE, type TdRestOptions, tdRestFace } from './one-stop/td-rest.js'
import { WCF_BASE, type WcfOptions, wcfService } from './one-stop/wcf.js'
import { PAYMENT_SYSTEM, type PlatformOptions, type SimulatedPayments, simulatedPayments } from './payment-platform/index.js'
import { type ProcedureDatabaseInput, procedureDatabaseDefaults, type SimulatedProcedures, simulatedProcedures } from './procedure-database/index.js'
import { type LocalProcedure, localCatalogue } from './province/local-catalogue.js'
import { DEFAULT_START, type Province, province } from './province/province.js'
import { type StepRepeats, stepRepeats } from './repeats.js'
import { type NationalCatalogueEntry, noStateLog, openStateLog, type StateEntry } from './state-log.js'
import type { SimulatedSystem, SystemAddress } from './system.js'

export interface WorldOptions {
  readonly seed: number | string
  readonly clock: Clock
  readonly faults?: FaultPlanInput
  readonly stateDir?: string
  /** Switches of the simulated systems; defaults are the worst case for a client. */
  readonly portal?: Partial<PortalOptions>
  readonly opencps?: Partial<OpenCpsOptions>
  readonly igate?: Partial<IgateOptions & IgateLogin>
  readonly td?: Partial<TdRestOptions>
  readonly wcf?: Partial<WcfOptions>
  readonly procedures?: ProcedureDatabaseInput
  readonly payments?: Partial<PlatformOptions>
}

/** What a province is made from. */
export interface StoryInput {
  readonly seed: number | string
  readonly dossiers: number
  readonly startAt?: Instant
  /** Procedures in its own catalogue besides the forty of its dossiers. Default none. */
  readonly catalogue?: number
}

export interface InjectedFaults {
  readonly total: number
  readonly byKind: Readonly<Partial<Record<FaultKind, number>>>
  readonly byService: Readonly<Record<string, Readonly<Partial<Record<FaultKind, number>>>>>
}

export interface World {
  readonly clock: Clock
  readonly portal: Portal
  readonly procedures: SimulatedProcedures
  readonly payments: SimulatedPayments
  readonly systems: readonly SimulatedSystem[]
  readonly repeats: StepRepeats
  readonly province: Province | undefined
  /** What came into iGate through its write adapter. */
  takenByIgate(): readonly TakenDossier[]
  /** The province's own catalogue, with the truth about it; empty without a province. */
  localCatalogue(): readonly LocalProcedure[]
  readonly plan: FaultPlan
  /** Counts a call and says the how-manieth it is of its service and key. */
  attempt(system: string, service: string, key: string): number
  struck(service: string, kind: FaultKind): void
  injected(): InjectedFaults
  setFaults(plan: FaultPlanInput): FaultPlan
  /** Of all systems, or of the named national one. */
  killSessions(system?: 'national-portal' | 'procedure-database'): void
  makeProvince(story: StoryInput): Province
  advance(days: number): Province | undefined
  reset(): void
  addresses(origin: string): Readonly<Record<string, SystemAddress>>
  /** The sandbox can be reached: systems that call others by themselves begin. */
  listens(origin: string): void
  close(): Promise<void>
}

const opencpsDefaults: OpenCpsOptions = { account: { username: 'lienthong', password: 'sandbox' }, withoutFee: 'zero-record', keeps: ['metaData'] }

const wcfDefaults: WcfOptions = { account: { username: 'lienthong', password: 'sandbox' }, security: 'username-token' }
const tdDefaults: TdRestOptions = { token: 'sandbox-td-token' }

export function simulatedWorld(options: WorldOptions): World {
  const { seed, clock } = options
  const log = options.stateDir === undefined ? noStateLog : openStateLog(options.stateDir)
  const portalOptions = { ...portalDefaults, ...options.portal }
  const wcfOptions = { ...wcfDefaults, ...options.wcf }
  const tdOptions = { ...tdDefaults, ...options.td }
  const opencpsOptions = { ...opencpsDefaults, ...options.opencps }
  const portal = nationalPortal({ clock, seed, options: portalOptions, keep: log.append })
  const sessions = portalSessions(clock, seed, portalOptions.sessionMs)
  const made = log.entries.findLast((entry) => entry.op === 'province')?.national
  const national: NationalCatalogueEntry = {
    seed: made?.seed ?? seed,
    count: options.procedures?.count ?? made?.count ?? procedureDatabaseDefaults.count,
    file: options.procedures?.file ?? made?.file ?? null,
  }
  const procedures = simulatedProcedures({
    clock,
    seed: national.seed,
    options: { ...options.procedures, count: national.count, file: national.file },
    keep: log.append,
  })
  const repeats = stepRepeats()
  const attempts = new Map<string, number>()
  let injected: Record<string, Partial<Record<FaultKind, number>>> = {}
  let plan = options.faults === undefined ? noFaults : faultPlan.parse(options.faults)
  let story: Province | undefined
  let own: { readonly rows: number; made?: readonly LocalProcedure[] } = { rows: 0 }

  const attempt = (system: string, service: string, key: string): number => {
    const subject = `${system}|${service}|${key}`
    const count = (attempts.get(subject) ?? 0) + 1
    attempts.set(subject, count)
    return count
  }
  const struck = (service: string, kind: FaultKind): void => {
    const kinds = injected[service] ?? {}
    kinds[kind] = (kinds[kind] ?? 0) + 1
    injected[service] = kinds
  }
  const payments = simulatedPayments({
    clock,
    seed,
    options: options.payments,
    keep: log.append,
    strike(service, key) {
      const fault = faultFor(plan, { system: PAYMENT_SYSTEM, service, key, attempt: attempt(PAYMENT_SYSTEM, service, key) })
      if (fault !== undefined) struck(service, fault.kind)
      return fault
    },
  })

  const begin = (seedOf: number | string, dossiers: number, start: Instant, rows: number): Province => {
    own = { rows }
    oneStop.reset()
    story = province(seedOf, { dossiers, start })
    return story
  }
  const localRows = (): readonly LocalProcedure[] => {
    if (story === undefined) return []
    own.made ??= localCatalogue(procedures.catalogue, { seed: story.plan.seed, rows: own.rows })
    return own.made
  }

  const oneStop = openCps({ clock, current: () => story, catalogue: localRows, keep: log.append }, opencpsOptions)

  const replay = (entry: StateEntry): void => {
    if (entry.op === 'province') begin(entry.seed, entry.dossiers, instant(entry.startAt), entry.catalogue ?? 0)
    else if (entry.op === 'advance') story?.advance(entry.days)
    else if (entry.op === 'catalogue-move' || entry.op === 'offers') procedures.replay(entry)
    else if (entry.op === 'opencps-update' || entry.op === 'opencps-publish') oneStop.replay(entry)
    else if (entry.op === 'payments') payments.replay(entry)
    else if (entry.op !== 'reset') portal.replay(entry)
  }
  for (const entry of log.entries) replay(entry)

  const oneStopSystem: SimulatedSystem = {
    name: 'one-stop-opencps',
    base: OPENCPS_BASE,
    open: (request) => ({
      ...oneStop.operation(request),
      stepKeys: [],
      run: () => oneStop.handle(request),
      sessionLost: () => inAcceptedForm(request, unauthenticated()),
      rejected: () => inAcceptedForm(request, noContent('com.liferay.portal.kernel.exception.PortalException')),
    }),
  }

  const lgsp = hcmLgsp({ clock, catalogue: localRows }, hcmLgspDefaults)
  const lgspSystem: SimulatedSystem = {
    name: 'lgsp-hcm',
    base: HCM_LGSP_BASE,
    open: (request) => ({
      ...lgsp.operation(request),
      stepKeys: [],
      run: () => lgsp.handle(request),
      sessionLost: lgspNotLoggedIn,
      rejected: () => lgspRefused(500, 'Internal error'),
    }),
  }

  const igateLogin = { ...igateLoginDefaults, ...options.igate }
  const tokens = igateTokens(clock, seed, igateLogin)
  const igateStop = igate({ tokens, province: () => story, catalogue: localRows }, { ...igateDefaults, ...options.igate })
  const adapter = igateAdapter(tokens)
  const igateAdapterSystem: SimulatedSystem = {
    name: 'one-stop-igate-adapter',
    base: IGATE_ADAPTER_BASE,
    open: (request) => ({
      ...adapter.operation(request),
      stepKeys: [],
      run: () => adapter.handle(request),
      sessionLost: unauthorized,
      rejected: forbidden,
    }),
  }
  const igateSystem: SimulatedSystem = {
    name: 'one-stop-igate',
    base: IGATE_BASE,
    open: (request) => ({
      ...igateStop.operation(request),
      stepKeys: [],
      run: () => igateStop.handle(request),
      sessionLost: unauthorized,
      rejected: forbidden,
    }),
  }

  return {
    clock,
    portal,
    procedures,
    payments,
    systems: [
      adapterDoor(portal, sessions, seed),
      proxyDoor(portal, seed),
      oneStopSystem,
      igateSystem,
      lgspSystem,
      igateAdapterSystem,
      tdRestFace(() => story, tdOptions),
      wcfService(() => story, wcfOptions),
      ...procedures.systems,
      payments.system,
    ],
    repeats,
    get province() {
      return story
    },
    get plan() {
      return plan
    },
    attempt,
    struck,
    injected() {
      const byKind: Partial<Record<FaultKind, number>> = {}
      for (const kinds of Object.values(injected)) {
        for (const [kind, count] of Object.entries(kinds) as [FaultKind, number][]) byKind[kind] = (byKind[kind] ?? 0) + count
      }
      return { total: Object.values(byKind).reduce((sum, count) => sum + count, 0), byKind, byService: structuredClone(injected) }
    },
    setFaults(next) {
      plan = faultPlan.parse(next)
      // `times` counts from the plan on.
      attempts.clear()
      return plan
    },
    killSessions(system) {
      if (system !== 'procedure-database') sessions.killAll()
      if (system === undefined) tokens.revokeAll()
      if (system !== 'national-portal') procedures.sessions.killAll()
    },
    takenByIgate: () => adapter.taken(),
    localCatalogue: localRows,
    makeProvince({ seed: storySeed, dossiers, startAt = DEFAULT_START, catalogue = 0 }) {
      log.append({ op: 'province', seed: storySeed, dossiers, startAt, catalogue, national })
      return begin(storySeed, dossiers, startAt, catalogue)
    },
    advance(days) {
      if (story === undefined) return undefined
      story.advance(days)
      log.append({ op: 'advance', days })
      return story
    },
    reset() {
      portal.reset()
      sessions.killAll()
      procedures.reset()
      oneStop.reset()
      payments.reset()
      repeats.reset()
      attempts.clear()
      injected = {}
      plan = noFaults
      story = undefined
      log.append({ op: 'reset' })
    },
    addresses: (origin) => ({
      'national-portal': { url: origin + ADAPTER_BASE, credentials: accountOf(portalOptions) },
      'national-portal-proxy': { url: origin + PROXY_BASE, credentials: { token: portalOptions.proxyToken } },
      ...procedures.addresses(origin),
      ...payments.addresses(origin),
      'one-stop-igate': {
        url: origin + IGATE_BASE,
        credentials: { ...igateLogin.client, tokenUrl: origin + IGATE_BASE + REALM_PATH, ancestorAgencyId: PROVINCE_OBJECT_ID },
      },
      'one-stop-wcf': { url: `${origin + WCF_BASE}/MotCuaService.svc`, credentials: { ...wcfOptions.account } },
      'one-stop-td': { url: origin + TD_BASE, credentials: { token: tdOptions.token } },
      'lgsp-hcm': { url: origin + HCM_LGSP_BASE, credentials: { ...hcmLgspDefaults.account } },
      'one-stop-igate-adapter': {
        url: origin + IGATE_ADAPTER_BASE,
        credentials: { ...igateLogin.client, tokenUrl: `${origin}${IGATE_ADAPTER_BASE}/token` },
      },
      'one-stop-opencps': { url: origin + OPENCPS_BASE, credentials: { ...opencpsOptions.account, groupId: String(SITE) } },
    }),
    listens: (origin) => payments.listens(origin),
    async close() {
      await payments.close()
      await log.close()
    },
  }
}

function accountOf({ accounts: [first] }: PortalOptions): Readonly<Record<string, string>> {
  return first === undefined ? {} : { username: first.username, password: first.password }
}
