/** What the province's IT department knows and would write into a configuration. Sandboxes tell it at `/__sandbox/province/setup`. */
import { isoInstant } from '../domain/index.js'
import { igateTables } from './one-stop/igate-rendering.js'
import { provinceTables } from './province/actions.js'
import { agencies, PROVINCE_AGENCY, PROVINCE_ROOT, procedures } from './province/catalogue.js'
import { PAST_MS } from './province/life.js'
import type { LocalProcedure } from './province/local-catalogue.js'
import type { Planted, Province } from './province/province.js'

export interface ProvinceSetup {
  readonly agencyCode: string
  readonly provinceRoot: string
  readonly agencies: readonly { readonly code: string; readonly name: string }[]
  readonly procedures: readonly {
    readonly localCode: string
    readonly nationalCode: string | null
    readonly name: string
    readonly sector: string
    readonly sectorCode: string
  }[]
  /** The province's own catalogue as its books have it: the forty above first, and what its other officers keep. Its codes may be wrong. */
  readonly catalogue: readonly LocalBookRow[]
  readonly tables: typeof provinceTables
  /** The same for a province whose one-stop system is iGate. */
  readonly igateTables: typeof igateTables
  /** How records that stay at home are recognised in the one-stop system. */
  readonly scope: {
    /** `originality` of copies and groups. */
    readonly skipOriginality: readonly number[]
    /** Prefix of `dossierNo` of what an older system left. */
    readonly migratedPrefix: string
    /** Text in `briefNote` and `dossierNote` of test dossiers. */
    readonly testNote: string
    readonly testNamePrefix: string
    /** No `dossierNo`: not yet received. */
    readonly skipWithoutNumber: true
  }
  readonly startAt: string
  readonly now: string
  /** The oldest day on which anything but migrated rows was filed. */
  readonly oldest: string
  readonly seed: number | string
  /** Records in the one-stop system now. */
  readonly visible: number
  readonly planted: Planted
}

/** A procedure in the province's own books; {@link LocalProcedure} knows more than its officers do. */
export type LocalBookRow = Omit<LocalProcedure, 'trueNationalCode' | 'kind'>

export function provinceSetup(province: Province, catalogue: readonly LocalProcedure[]): ProvinceSetup {
  return {
    agencyCode: PROVINCE_AGENCY,
    provinceRoot: PROVINCE_ROOT,
    agencies: agencies.map(({ code, name }) => ({ code, name })),
    procedures: procedures.map(({ localCode, nationalCode, name, sector, sectorCode }) => ({ localCode, nationalCode, name, sector, sectorCode })),
    catalogue: catalogue.map(({ trueNationalCode: _truth, kind: _kind, ...row }) => row),
    tables: provinceTables,
    igateTables,
    scope: { skipOriginality: [0, 9], migratedPrefix: 'CU-', testNote: 'HỒ SƠ THỬ NGHIỆM', testNamePrefix: 'THỬ NGHIỆM', skipWithoutNumber: true },
    startAt: isoInstant(province.plan.start),
    now: isoInstant(province.now),
    oldest: isoInstant((province.plan.start - PAST_MS) as typeof province.now),
    seed: province.plan.seed,
    visible: province.lives.length,
    planted: province.planted(),
  }
}
