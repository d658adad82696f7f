import { comparable } from '../../base/index.js'
import { openCpsService } from '../../connectors/opencps/wire.js'
import type { ApplicantKind, ProcedureEntry } from '../../domain/index.js'
import { known } from '../known.js'

export interface OpenCpsProcedure extends ProcedureEntry {
  /** Free text naming who may apply. */
  readonly applicants: string | null
}

/** A row of `/serviceinfos`. An empty `serviceCodeDVCQG` means: not matched nationally. @returns undefined for what is no procedure. */
export function fromOpenCpsService(row: unknown): OpenCpsProcedure | undefined {
  const parsed = openCpsService.safeParse(row)
  if (!parsed.success) return undefined
  const service = parsed.data
  const localCode = known(service.serviceCode)
  const name = known(service.serviceName)
  if (localCode === null || name === null) return undefined
  return {
    localCode,
    nationalCode: known(service.serviceCodeDVCQG),
    name,
    nationalName: known(service.serviceNameDVCQG),
    sector: { code: known(service.domainCode), name: known(service.domainName) },
    paperResult: null,
    applicants: known(service.applicantText),
  }
}

const PEOPLE = ['cá nhân', 'công dân', 'người', 'hộ gia đình']
const BODIES = ['tổ chức', 'doanh nghiệp', 'hợp tác xã', 'cơ quan', 'công ty', 'pháp nhân']

/** Whether a catalogue's free text names only the other sort of applicant. Worth a remark, never a refusal. */
export function applicantsMismatch(applicants: string, kind: ApplicantKind): boolean {
  const text = comparable(applicants)
  const [own, other] = kind === 'citizen' ? [PEOPLE, BODIES] : [BODIES, PEOPLE]
  return !own.some((word) => text.includes(word)) && other.some((word) => text.includes(word))
}
