/** Whether the code tables know what a source says, on a sample of it. Reads the source as a pass would; sends and keeps nothing. */
import { asLienthongError, fillText, type Text } from '../base/index.js'
import { openLedger } from '../ledger/index.js'
import { type DossierSource, type DossierTarget, type Preview, previewPass, type ScopeRule } from '../sync/index.js'
import { type Check, type CheckDetail, failed, skipped } from './check.js'
import { failedOnTheWay } from './reach.js'
import { type Tallied, tallyFindings } from './tally.js'

/** Records read of each source. */
const SAMPLE = 200

export interface SampleOptions {
  readonly id: string
  readonly subject: string
  readonly tenant: string
  readonly port: DossierSource
  readonly target: DossierTarget
  readonly scope: readonly ScopeRule[]
  readonly signal?: AbortSignal
}

const says = {
  covered: {
    en: '{subject}: of {seen} sampled dossiers ({skipped} out of scope) the code tables know every value',
    vi: '{subject}: với {seen} hồ sơ mẫu ({skipped} ngoài phạm vi), bảng mã biết mọi giá trị',
  },
  uncovered: {
    en: '{subject}: of {seen} sampled dossiers ({skipped} out of scope) some say what no table knows:',
    vi: '{subject}: trong {seen} hồ sơ mẫu ({skipped} ngoài phạm vi), một số có giá trị chưa bảng nào biết:',
  },
  sound: { en: '{subject}: every sampled dossier can be sent otherwise', vi: '{subject}: ngoài bảng mã, mọi hồ sơ mẫu đều gửi được' },
  unsound: { en: '{subject}: sampled dossiers that would fail for other reasons:', vi: '{subject}: hồ sơ mẫu sẽ lỗi vì lý do khác:' },
  empty: { en: '{subject}: no dossiers to look at', vi: '{subject}: không có hồ sơ nào để xem' },
  code: { en: '{kind} {value}: {dossiers} dossiers', vi: '{kind} {value}: {dossiers} hồ sơ' },
  flaw: { en: '{dossiers} × {rule}: {message}', vi: '{dossiers} × {rule}: {message}' },
} satisfies Record<string, Text>

/** Two checks: what the tables lack, and what else would keep a dossier at home. */
export async function* checkSample(options: SampleOptions): AsyncGenerator<Check> {
  const { id, subject, tenant, port, target, scope, signal } = options
  const missing = new Map<string, Tallied>()
  const flaws = new Map<string, Tallied>()
  let skippedOnes = 0
  let seen = 0
  try {
    // A dry run wants a ledger; in an empty one everything is news, and it is forgotten with us.
    const ledger = await openLedger({ url: 'sqlite::memory:', key: new Uint8Array(32), access: 'write' })
    try {
      const sync = { ledger, tenant, sources: { sample: port }, target, scope }
      const look = (_source: string, preview: Preview) => {
        if (preview.record === null && preview.findings.length === 0) skippedOnes += 1
        tallyFindings(preview.findings, missing, flaws)
      }
      seen = (await previewPass(sync, look, { limit: SAMPLE, ...(signal ? { signal } : {}) })).seen
    } finally {
      await ledger.close()
    }
  } catch (thrown) {
    const error = asLienthongError(thrown)
    yield failed(`${id}.coverage`, error, failedOnTheWay(error) ? undefined : { en: `${subject}: {problem}`, vi: `${subject}: {problem}` })
    return
  }
  const values = { subject, seen, skipped: skippedOnes }
  if (seen === 0) {
    yield skipped(`${id}.coverage`, says.empty, values)
    return
  }
  yield summary(`${id}.coverage`, missing, says.covered, says.uncovered, values)
  yield summary(`${id}.records`, flaws, says.sound, says.unsound, values)
}

function summary(id: string, tallied: ReadonlyMap<string, Tallied>, good: Text, bad: Text, values: Parameters<typeof fillText>[1]): Check {
  if (tallied.size === 0) return { id, state: 'ok', what: fillText(good, values) }
  const details = [...tallied.values()]
    .sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error') || b.dossiers - a.dossiers)
    .map(({ rule, value, kind, message, hint, severity, dossiers }): CheckDetail => {
      const what = fillText(kind === undefined ? says.flaw : says.code, { kind, value: value ?? '', rule, message, dossiers })
      return { rule, severity, value, dossiers, what, hint }
    })
  return { id, state: details.some(({ severity }) => severity === 'error') ? 'error' : 'warn', what: fillText(bad, values), details }
}
