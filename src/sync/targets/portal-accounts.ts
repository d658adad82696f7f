/**
 * Several logins at one portal: each unit's own, each for its days. The day of sending decides which one is shown, because a login
 * is about who calls now: an account that has ended lets nobody in, whenever the dossier was received. Which unit it has to be is
 * the dossier's matter (`reportingUnit`). contracts/national-portal.md §2, §3.2
 */
import { type Clock, isLienthongError, LienthongError } from '../../base/index.js'
import type { NationalPortal } from '../../connectors/index.js'
import { instant, isValidOn, type LocalDate, localDateOf, parseAgencyCode, stands } from '../../domain/index.js'
import { isRefusedLogin } from '../brakes.js'
import type { TargetAccount } from '../ports.js'

export interface PortalAccount {
  /** Tells it from the others, for people and for the ledger: `000.00.00.H22@2025-07-01`. */
  readonly name: string
  /** The unit it was issued to. */
  readonly agencyCode: string
  /** Days of sending: from the first on, until before the second. */
  readonly validFrom: LocalDate | null
  readonly validTo: LocalDate | null
  /** What it logs in with and where; see {@link TargetAccount.account}. */
  readonly account: string
  /** A client of its own, so that no session is ever shared. */
  readonly portal: NationalPortal
}

export interface PortalAccountsOptions {
  /** The tenant's own code: its account is shown for a unit that has none. */
  readonly agencyCode: string
  /** Which unit a call names (`madonvi`). By default the dossier's. */
  readonly madonvi?: 'dossier' | 'account'
  readonly clock: Clock
}

export interface PortalAccounts {
  /** Goes through the account that each call needs. */
  readonly portal: NationalPortal
  readonly accounts: readonly TargetAccount[]
}

/** @param accounts at least one; none of the same unit overlap */
export function portalAccounts(accounts: readonly [PortalAccount, ...PortalAccount[]], options: PortalAccountsOptions): PortalAccounts {
  const desks = accounts.map((account) => deskOf(account, options.clock))
  const { portal: any } = accounts[0]

  const deskFor = (unit: string) => {
    const today = localDateOf(instant(options.clock.now()))
    const current = desks.filter(({ of }) => isValidOn(of, today))
    const desk = nearest(current, unit) ?? nearest(current, options.agencyCode) ?? (current.length === 1 ? current[0] : undefined)
    if (desk === undefined) throw nobodyFor(unit, today)
    return desk
  }
  const through = <T>(unit: string, call: (portal: NationalPortal, madonvi: string) => Promise<T>): Promise<T> => {
    const desk = deskFor(unit)
    return desk.call((portal) => call(portal, options.madonvi === 'account' ? desk.of.agencyCode : unit))
  }
  const own = options.agencyCode

  return {
    accounts: desks.map(({ account }) => account),
    portal: {
      ...any,
      unitOf: () => own,
      submitDossier: async (record, { agencyCode = own, ...more }) =>
        through(agencyCode, (portal, madonvi) => portal.submitDossier(record, { ...more, agencyCode: madonvi })),
      submitDossiers: async (records, { agencyCode = own, ...more }) =>
        through(agencyCode, (portal, madonvi) => portal.submitDossiers(records, { ...more, agencyCode: madonvi })),
      addProgress: async (steps, { agencyCode = own, ...more } = {}) =>
        through(agencyCode, (portal, madonvi) => portal.addProgress(steps, { ...more, agencyCode: madonvi })),
      lookUpDossier: async (code, { agencyCode = own, ...more } = {}) =>
        through(agencyCode, (portal, madonvi) => portal.lookUpDossier(code, { ...more, agencyCode: madonvi })),
      agencies: async (call) => through(own, (portal) => portal.agencies(call)),
      findAccount: async (idNumber, call) => through(own, (portal) => portal.findAccount(idNumber, call)),
      login: async (call) => through(own, (portal) => portal.login(call)),
    },
  }
}

interface Desk {
  readonly of: PortalAccount
  readonly account: TargetAccount
  call<T>(work: (portal: NationalPortal) => Promise<T>): Promise<T>
}

function deskOf(of: PortalAccount, clock: Clock): Desk {
  let closed: LienthongError | undefined
  let refused: LienthongError | undefined
  let turnedAway = false
  let letIn = false
  const wait = (cause: LienthongError) => {
    turnedAway = true
    return new LienthongError('sync.account_waits', {
      system: 'national-portal',
      values: { account: of.name, problem: cause.text },
      retryAfterMs: TRY_AGAIN_MS,
      cause,
    })
  }
  return {
    of,
    account: {
      name: of.name,
      account: of.account,
      isCurrent: () => isValidOn(of, localDateOf(instant(clock.now()))),
      begin(told) {
        closed = told
        refused = undefined
        turnedAway = false
        letIn = false
      },
      get outcome() {
        return { refused, turnedAway: turnedAway ? (refused ?? closed) : undefined, letIn }
      },
    },
    async call(work) {
      if (closed !== undefined) throw wait(closed)
      try {
        const result = await work(of.portal)
        letIn = true
        return result
      } catch (error) {
        if (!isLienthongError(error) || !isRefusedLogin(error)) throw error
        refused = error
        closed = error
        throw wait(error)
      }
    },
  }
}

/** What goes through an account that is not let in is looked at again so often; nothing is sent for it meanwhile. */
const TRY_AGAIN_MS = 600_000

/** The account of this unit, else of the nearest one above it. */
function nearest(desks: readonly Desk[], unit: string): Desk | undefined {
  const code = parseAgencyCode(unit)
  if (!code.ok) return desks.find(({ of }) => of.agencyCode === unit)
  const depth = ({ of }: Desk) => {
    const own = parseAgencyCode(of.agencyCode)
    return own.ok ? own.value.path.length : 0
  }
  return desks.filter(({ of }) => stands({ code: of.agencyCode }, code.value)).sort((a, b) => depth(b) - depth(a))[0]
}

function nobodyFor(unit: string, today: LocalDate): LienthongError {
  return new LienthongError('config.invalid', {
    system: 'national-portal',
    values: {
      place: 'portal.accounts',
      problem: {
        en: `no account holds for ${unit} on ${today}; add one, or move \`validTo\` of the last one`,
        vi: `không có tài khoản nào dùng được cho ${unit} vào ngày ${today}; thêm tài khoản, hoặc dời \`validTo\` của tài khoản cuối`,
      },
    },
  })
}
