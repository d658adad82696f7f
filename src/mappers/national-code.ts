import { parseAgencyCode } from '../domain/index.js'

/** contracts/national-portal.md §7: validate leniently, real counters and dates are longer than the circular says. */
const LENIENT = /^([0-9A-Z.]+)-\d{6,8}-\d{4,}$/

/**
 * The number under which the national portal may keep a dossier: its local number, when that names an agency of the province.
 *
 * @param provinceAgencyCode e.g. `000.00.00.H14`, or several where the province continues others; without it any agency will do
 * @returns null when the local number does not carry the province: a number must then be made elsewhere and kept for ever
 */
export function nationalCodeOf(localCode: string | null, provinceAgencyCode?: string | readonly string[]): string | null {
  const prefix = LENIENT.exec(localCode?.toUpperCase() ?? '')?.[1]
  const agency = prefix === undefined ? undefined : parseAgencyCode(prefix)
  if (!agency?.ok || agency.value.form === 'registered') return null
  if (provinceAgencyCode === undefined) return localCode
  const provinces = [provinceAgencyCode].flat().map((code) => parseAgencyCode(code))
  const roots = provinces.flatMap((province) => (province.ok ? [province.value.root] : []))
  return roots.length > 0 && !roots.includes(agency.value.root) ? null : localCode
}
