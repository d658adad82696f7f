/** What a tenant's configuration refers to: production, secrets, code tables, procedures. */
import { resolve } from 'node:path'
import { fillText, type Text } from '../base/index.js'
import { type LoadedConfig, productOf, readSecret, secretsOf, type TenantConfig, tablesOf, tenantDirectory } from '../config/index.js'
import { parseProcedureCode } from '../domain/index.js'
import type { Ledger } from '../ledger/index.js'
import { type CodeTables, procedureDirectory } from '../mappers/index.js'
import { isLoopback } from '../transport/index.js'
import { type Check, doubtful, failed, fine } from './check.js'
import { checkExposure } from './installation.js'

const says = {
  production: { en: 'Production: dossiers go to {host}', vi: 'Production: hồ sơ được gửi tới {host}' },
  loopback: { en: 'The portal is this machine ({host}): nothing leaves it', vi: 'Cổng là chính máy này ({host}): không gửi gì ra ngoài' },
  trial: {
    en: 'Not production: no dossier goes to {host} until the configuration says "production": true.',
    vi: 'Chưa production: chưa hồ sơ nào được gửi tới {host} cho tới khi cấu hình có "production": true.',
  },
  trialHint: {
    en: 'When `lienthong sync plan` looks right, set it for this tenant.',
    vi: 'Khi `lienthong sync plan` đã đúng, đặt thiết lập này cho đơn vị.',
  },
  secrets: { en: 'Secrets: {secrets}, all set', vi: 'Bí mật: {secrets}, đều đã đặt' },
  tables: { en: 'Code tables: {rows} rows of statuses and actions', vi: 'Bảng mã: {rows} dòng trạng thái và thao tác' },
  procedures: { en: 'Procedures: {procedures}, each with a national code', vi: 'Thủ tục: {procedures}, đều có mã quốc gia' },
  noProcedures: { en: 'The list of procedures is empty.', vi: 'Danh sách thủ tục đang trống.' },
  noProceduresHint: {
    en: 'Fill `procedures`: without national codes dossiers wait, or count under no national procedure.',
    vi: 'Bổ sung `procedures`: không có mã quốc gia thì hồ sơ phải chờ, hoặc không được tính vào thủ tục quốc gia nào.',
  },
  unmatched: {
    en: 'Procedures: {unmatched} of {procedures} have no national code: {codes}',
    vi: 'Thủ tục: {unmatched}/{procedures} chưa có mã quốc gia: {codes}',
  },
  unmatchedHint: {
    en: 'Give each its `nationalCode`; only a procedure of your own that the national catalogue does not have may do without.',
    vi: 'Khai `nationalCode` cho từng thủ tục; chỉ thủ tục đặc thù không có trong danh mục quốc gia mới được để trống.',
  },
} satisfies Record<string, Text>

/** Codes named in one line. */
const NAMED = 5

export function checkProduction({ production, portal }: TenantConfig): Check {
  const { host } = new URL(portal.adapterUrl)
  if (isLoopback(host)) return fine('production', says.loopback, { host })
  return production ? fine('production', says.production, { host }) : doubtful('production', says.trial, says.trialHint, { host })
}

/** Names every secret that is missing, not only the first. */
export function checkSecrets(loaded: LoadedConfig, tenant: string, config: TenantConfig): Check {
  const secrets = secretsOf(config, tenant)
  const missing = secrets.flatMap(({ place, reference }) => {
    try {
      readSecret(reference, place, loaded)
      return []
    } catch (error) {
      return [failed('secrets', error)]
    }
  })
  const [first, ...others] = missing
  if (first) {
    const all = (language: keyof Text) => [first, ...others].map(({ what }) => what[language]).join(' ')
    return { ...first, what: { en: all('en'), vi: all('vi') } }
  }
  const files = secrets.flatMap(({ reference }) => ('file' in reference ? [resolve(loaded.folder, reference.file)] : []))
  return checkExposure('secrets', [...new Set(files)], fine('secrets', says.secrets, { secrets: secrets.length }))
}

/** The tables of the tenant, then those of each source that has its own. */
export function checkTables(loaded: LoadedConfig, tenant: string, config: TenantConfig): Check {
  const place = { config, folder: loaded.folder, tenant }
  try {
    const all: CodeTables[] = [tablesOf(place, undefined, undefined)]
    for (const source of Object.values(config.sources))
      if (source.dialect !== 'file-ndjson') all.push(tablesOf(place, source.tables, productOf(source)))
    const rows = Math.max(
      ...all.map(({ status, statusText, subStatus, actions }) => Object.keys({ ...status, ...statusText, ...subStatus, ...actions }).length),
    )
    return fine('tables', says.tables, { rows })
  } catch (error) {
    return failed('tables', error)
  }
}

type Directory = ReturnType<typeof procedureDirectory>

/** With a ledger, what was matched and decided counts too. */
export async function checkProcedures(
  loaded: LoadedConfig,
  tenant: string,
  ledger: Ledger | undefined,
): Promise<{ readonly check: Check; readonly directory: Directory }> {
  try {
    const directory = await tenantDirectory(loaded, tenant, ledger)
    return { directory, check: judgeProcedures(directory) }
  } catch (error) {
    return { directory: procedureDirectory([]), check: failed('procedures', error) }
  }
}

function judgeProcedures(directory: Directory): Check {
  if (directory.size === 0) return doubtful('procedures', says.noProcedures, says.noProceduresHint)
  const unmatched = [...directory.all()].filter(({ localCode, nationalCode }) => nationalCode === null && !isNational(localCode))
  if (unmatched.length === 0) return fine('procedures', says.procedures, { procedures: directory.size })
  const named = unmatched.slice(0, NAMED).map(({ localCode }) => localCode)
  const codes = unmatched.length > NAMED ? `${named.join(', ')}, …` : named.join(', ')
  return doubtful('procedures', fillText(says.unmatched, { unmatched: unmatched.length, procedures: directory.size, codes }), says.unmatchedHint)
}

/** A code without a province's suffix is a national one. contracts/provincial-sources.md §3.2 */
function isNational(code: string): boolean {
  const parsed = parseProcedureCode(code)
  return parsed.ok && parsed.value.province === null
}
