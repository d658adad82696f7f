/**
 * A faithful simulator of the outside systems: real HTTP, strict as they are, with faults on demand. DESIGN "The sandbox".
 * Usable from any language through its HTTP doors; this is the door for programs in the same process.
 */
import type { Kysely } from 'kysely'
import { type Clock, systemClock } from '../base/index.js'
import type { FaultPlan, FaultPlanInput } from './faults.js'
import type { PortalOptions } from './national-portal/options.js'
import type { PortalRequests } from './national-portal/portal.js'
import type { IgateOptions } from './one-stop/igate.js'
import type { TakenDossier } from './one-stop/igate-adapter.js'
import type { IgateLogin } from './one-stop/igate-tokens.js'
import { type LgspSender, type LgspSenderOptions, lgspSender } from './one-stop/lgsp-sender.js'
import type { OpenCpsOptions } from './one-stop/opencps.js'
import { type TdBooks, type TdBooksOptions, tdBooks } from './one-stop/td-database.js'
import type { TdRestOptions } from './one-stop/td-rest.js'
import type { WcfOptions } from './one-stop/wcf.js'
import type { PlatformOptions, SimulatedPayments, TransactionLine } from './payment-platform/index.js'
import type { HeldOffer, ProcedureDatabaseInput, ProcedureLine, ProcedureStoryInput, SimulatedProcedures } from './procedure-database/index.js'
import { procedureStory } from './procedure-database/index.js'
import { type ExpectedDossier, expectedDossiers } from './province/expected.js'
import { startServer } from './server.js'
import { type ProvinceSetup, provinceSetup } from './setup.js'
import type { SystemAddress } from './system.js'
import { type CatalogueLine, catalogueLines, type DossierLine, dossierLines } from './test-door.js'
import { type ClaimsInput, judge, type Verdict } from './verdict.js'
import { type InjectedFaults, type StoryInput, simulatedWorld } from './world.js'

export { FAULT_KINDS, type Fault, type FaultKind, type FaultPlan, type FaultPlanInput, type FaultSubject, faultFor } from './faults.js'
export type { PortalAccount, PortalOptions } from './national-portal/options.js'
export type { PortalRequests } from './national-portal/portal.js'
export type { IgateOptions } from './one-stop/igate.js'
export type { TakenDossier } from './one-stop/igate-adapter.js'
export type { IgateLogin } from './one-stop/igate-tokens.js'
export type { LgspSender, LgspSenderOptions, PushReport } from './one-stop/lgsp-sender.js'
export type { OpenCpsOptions } from './one-stop/opencps.js'
export { type RegisterFile, type RegisterForm, registerFiles, registerForms, registerTables } from './one-stop/registers.js'
export type { TdBooks, TdBooksOptions } from './one-stop/td-database.js'
export type { TdRestOptions } from './one-stop/td-rest.js'
export type { WcfOptions } from './one-stop/wcf.js'
export type {
  CitizenInput,
  CitizenReport,
  NationalInput,
  NationalReport,
  PartnerInput,
  PartnerProfile,
  PlatformOptions,
  TransactionLine,
} from './payment-platform/index.js'
export type {
  HeldOffer,
  ProcedureDatabaseInput,
  ProcedureDatabaseOptions,
  ProcedureLine,
  ProcedureQuirks,
  ProcedureStoryInput,
} from './procedure-database/index.js'
export type { ExpectedDossier, ExpectedStep } from './province/expected.js'
export { type Province, province } from './province/province.js'
export type { LocalBookRow, ProvinceSetup } from './setup.js'
export type { SystemAddress } from './system.js'
export type { CatalogueLine, DossierLine } from './test-door.js'
export type { ClaimsInput, Verdict } from './verdict.js'
export type { InjectedFaults, StoryInput } from './world.js'

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number
  readonly host?: string
  /** Decides spellings, session ids and, unless the plan names its own, faults. Default 1. */
  readonly seed?: number | string
  readonly latencyMs?: number
  readonly faults?: FaultPlanInput
  /** A folder in which accepted writes and the story are kept; what is there is served again. */
  readonly stateDir?: string
  readonly clock?: Clock
  readonly options?: {
    readonly portal?: Partial<PortalOptions>
    readonly opencps?: Partial<OpenCpsOptions>
    readonly igate?: Partial<IgateOptions & IgateLogin>
    readonly td?: Partial<TdRestOptions>
    readonly wcf?: Partial<WcfOptions>
    readonly procedures?: ProcedureDatabaseInput
    readonly payments?: Partial<PlatformOptions>
  }
}

export interface Sandbox {
  readonly origin: string
  readonly systems: Readonly<Record<string, SystemAddress>>
  /** Makes a province and puts it behind the one-stop system. The portal keeps what it has. */
  makeProvince(story: StoryInput): ProvinceSetup
  /** Moves story time on. @throws RangeError without a province. */
  advance(days: number): ProvinceSetup
  setup(): ProvinceSetup
  expected(): readonly ExpectedDossier[]
  dossiers(): readonly DossierLine[]
  /** The truth about the province's own catalogue: which national procedure each row really is. */
  catalogue(): readonly CatalogueLine[]
  readonly procedures: ProcedureBooks
  readonly payments: PaymentDoor
  /** The province in a database of yours, as TD.DichVuCong keeps it; see {@link TdBooks}. */
  tdDatabase(db: Kysely<unknown>, options: TdBooksOptions): TdBooks
  /** The province's one-stop system as one that pushes: to a receiver of yours. */
  lgspSender(options: Omit<LgspSenderOptions, 'clock'>): LgspSender
  requests(): PortalRequests
  /** What came into iGate through its write adapter. */
  takenByIgate(): readonly TakenDossier[]
  faults(plan: FaultPlanInput): FaultPlan
  injected(): InjectedFaults
  killSessions(): void
  verdict(claims?: ClaimsInput): Verdict
  reset(): void
  /** Closes every connection and writes out what is kept. */
  stop(): Promise<void>
}

/** The payment platform from its own side, as `/__sandbox/payment-platform/…` shows it: its books, its partners, and its citizens. */
export interface PaymentDoor extends Pick<SimulatedPayments, 'register' | 'citizen' | 'national' | 'settle' | 'resend'> {
  transactions(): readonly TransactionLine[]
}

/** The other side's books of the procedure database, as `/__sandbox/procedure-database/…` shows them. */
export interface ProcedureBooks {
  /** The national catalogue as it stands now, in the order of the list. */
  list(): readonly ProcedureLine[]
  requests(): ReturnType<SimulatedProcedures['requests']>
  offers(): readonly HeldOffer[]
  /** Moves the national catalogue on, or spoils its answers. @returns codes of new procedures. @throws RangeError for an unknown code. */
  story(story: ProcedureStoryInput): readonly string[]
}

/** Starts a sandbox on this machine and resolves when it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const seed = options.seed ?? 1
  const world = simulatedWorld({
    seed,
    clock: options.clock ?? systemClock,
    ...(options.faults !== undefined && { faults: { seed, ...options.faults } }),
    ...(options.stateDir !== undefined && { stateDir: options.stateDir }),
    ...options.options,
  })
  const server = await startServer(world, { host: options.host ?? '127.0.0.1', port: options.port ?? 0, latencyMs: options.latencyMs ?? 0 })
  const province = () => {
    if (world.province === undefined) throw new RangeError('there is no province yet: makeProvince')
    return world.province
  }
  return {
    origin: server.origin,
    systems: world.addresses(server.origin),
    makeProvince: (story) => provinceSetup(world.makeProvince(story), world.localCatalogue()),
    advance(days) {
      world.advance(days)
      return provinceSetup(province(), world.localCatalogue())
    },
    setup: () => provinceSetup(province(), world.localCatalogue()),
    expected: () => [...expectedDossiers(province())],
    dossiers: () => [...dossierLines(world)],
    catalogue: () => [...catalogueLines(world)],
    procedures: {
      list: () => [...world.procedures.procedures()],
      requests: () => world.procedures.requests(),
      offers: () => [...world.procedures.offers()],
      story: (story) => world.procedures.tell(procedureStory.parse(story)),
    },
    payments: {
      register: world.payments.register,
      citizen: world.payments.citizen,
      national: world.payments.national,
      settle: world.payments.settle,
      resend: world.payments.resend,
      transactions: () => [...world.payments.transactions()],
    },
    tdDatabase: (db, options) => tdBooks(db, province, options),
    lgspSender: (options) => lgspSender(province, { seed, ...options, clock: world.clock }),
    requests: () => world.portal.requests(),
    takenByIgate: () => world.takenByIgate(),
    faults: (plan) => world.setFaults({ seed, ...plan }),
    injected: () => world.injected(),
    killSessions: () => world.killSessions(),
    verdict: (claims = {}) => judge(world.province, world.portal.dossiers, claims, world.repeats.counts()),
    reset: () => world.reset(),
    async stop() {
      await server.stop()
      await world.close()
    },
  }
}
