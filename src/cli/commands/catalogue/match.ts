import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { systemClock, type Text } from '../../../base/index.js'
import {
  briefProcedure,
  decisionRows,
  type MatchedProcedure,
  matchCatalogues,
  takeDecisions,
  unsavedDecisions,
  writeDecisions,
} from '../../../catalogue/index.js'
import { tenantDirectory } from '../../../config/index.js'
import { catalogueLines, type Ledger } from '../../../ledger/index.js'
import {
  evaluateMatching,
  type Match,
  type MatchDecision,
  nationalLines,
  procedureMatcher,
  readLocalLines,
  subjectOfLine,
} from '../../../mappers/index.js'
import { command, usage } from '../../command.js'
import { openProgress } from '../../progress.js'
import { type ExitCode, exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { eachTenant } from './each-tenant.js'
import { inputLines, readInput, sheetFormat, writeOutput } from './files.js'

const decisionNames: Readonly<Record<MatchDecision, Text>> = {
  exact: { en: 'by code and name', vi: 'khớp mã và tên' },
  auto: { en: 'by name', vi: 'khớp theo tên' },
  suggest: { en: 'to be chosen', vi: 'cần chọn' },
  conflict: { en: 'code and name disagree', vi: 'mã và tên mâu thuẫn' },
  none: { en: 'no national twin', vi: 'không có ở quốc gia' },
}

const says = {
  matching: { en: 'matching', vi: 'đang đối chiếu' },
  head: {
    en: '{local} procedures against {national}: {exact} by code and name, {auto} by name, {suggest} to be chosen, {conflict} where code and name disagree, {none} without a national twin',
    vi: '{local} thủ tục đối chiếu với {national}: {exact} khớp mã và tên, {auto} khớp theo tên, {suggest} cần chọn, {conflict} mã và tên mâu thuẫn, {none} không có ở quốc gia',
  },
  otherwise: {
    en: '  ! {code}: your list says {inForce}, which counts; code and name speak for {found}',
    vi: '  ! {code}: danh mục của tỉnh ghi {inForce} (đang dùng); mã và tên cho thấy là {found}',
  },
  decided: { en: '  people decided about {decided}; that counts', vi: '  đã có {decided} quyết định của cán bộ; quyết định được ưu tiên' },
  taken: {
    en: '  {place}: {rows} rows: {kept} new decisions taken, {already} known already, {untouched} left open; {problems} problems',
    vi: '  {place}: {rows} dòng: nhận {kept} quyết định mới, {already} đã có, {untouched} để trống; {problems} lỗi',
  },
  next: {
    en: '  → {open} wait for a person: lienthong catalogue match --export decisions.xlsx, fill in the column, then --import decisions.xlsx',
    vi: '  → {open} thủ tục cần cán bộ quyết định: lienthong catalogue match --export quyet-dinh.xlsx, điền cột, rồi --import quyet-dinh.xlsx',
  },
  written: { en: '  {path}: {rows} rows', vi: '  {path}: {rows} dòng' },
  row: { en: '  {mark} {code}  {name}', vi: '  {mark} {code}  {name}' },
  candidate: { en: '        {score}  {code}  {name}', vi: '        {score}  {code}  {name}' },
  more: { en: '  … and {more} more; --json or --export lists all', vi: '  … và {more} thủ tục nữa; --json hoặc --export liệt kê tất cả' },
  evaluation: {
    en: 'of {rows} with a known code: {auto} matched automatically, {autoRight} of them rightly, {top5} among the best five; with the true one removed {leaveOneOutAuto} automatic; conflicts flagged {conflictsFlagged} of {conflictRows}, wrongly {wronglyFlagged} of {explicitRows}; without a twin {negativeAuto} automatic of {negativeRows}',
    vi: 'trong {rows} thủ tục đã biết mã: tự khớp {auto}, đúng {autoRight}, trong 5 gợi ý đầu {top5}; khi bỏ thủ tục đúng: tự khớp {leaveOneOutAuto}; phát hiện mâu thuẫn {conflictsFlagged}/{conflictRows}, báo nhầm {wronglyFlagged}/{explicitRows}; không có ở quốc gia: tự khớp {negativeAuto}/{negativeRows}',
  },
} satisfies Record<string, Text>

const marks = { exact: '✓', auto: '✓', suggest: '?', conflict: '✗', none: '·' } as const
/** Rows told to people. */
const LISTED = 30

export const match = command({
  name: 'match',
  description: 'Finds the national code of every local procedure, and exchanges doubtful ones with an officer as a sheet',
  args: {
    export: { type: 'string', description: 'write the sheet of decisions (.xlsx or .csv)', valueHint: 'FILE' },
    import: { type: 'string', description: 'take the decisions of a sheet that was filled in', valueHint: 'FILE' },
    all: { type: 'boolean', description: 'the sheet holds every procedure, not only those that wait for a person' },
    local: { type: 'string', description: 'without a ledger: procedures of a province (JSON lines)', valueHint: 'FILE' },
    national: { type: 'string', description: 'without a ledger: the national catalogue (JSON lines)', valueHint: 'FILE' },
    evaluate: { type: 'boolean', description: 'measure the matching on rows whose code is known (with --local and --national)' },
  },
  remarks: ['Exit code 1: a sheet held rows that were refused.'],
  async run(session, args) {
    if (args.local !== undefined || args.national !== undefined || args.evaluate === true) return matchFiles(session, args)
    if (args.export !== undefined) sheetFormat(args.export, 'export')
    else if (args.all === true) throw usage({ en: '--all belongs to --export', vi: '--all dùng cùng --export' })
    const loaded = await openConfig(session)
    const progress = openProgress(session, systemClock)
    const oneFile = args.import !== undefined ? 'import' : args.export !== undefined ? 'export' : undefined
    return eachTenant(session, loaded, { access: 'write', name: 'catalogue match', progress, oneFile }, async (tenant, ledger) => {
      const input = args.import === undefined ? undefined : readInput(session, args.import)
      const taken = input === undefined ? undefined : await takeDecisions(ledger, tenant, input.bytes, args.import ?? '')
      const run = await matchCatalogues({
        ledger,
        tenant,
        signal: session.signal,
        onProgress: (done, total) => progress.show(session.say(says.matching), done, total),
      })
      progress.end()
      const open = run.rows.filter(isOpen)
      const directory = await tenantDirectory(loaded, tenant, ledger)
      const inForce = (code: string) => directory.byLocalCode(code)?.nationalCode ?? null
      const otherwise = run.rows.filter(({ localCode, nationalCode, decidedCode }) => {
        const code = inForce(localCode)
        return decidedCode === undefined && code !== null && nationalCode !== null && code !== nationalCode
      })
      session.line(
        `${tenant}: ${session.say(says.head, { local: session.count(run.rows.length), national: session.count(run.national), ...run.counts })}`,
      )
      for (const { localCode, nationalCode } of otherwise.slice(0, LISTED))
        session.line(session.say(says.otherwise, { code: localCode, inForce: inForce(localCode) ?? '', found: nationalCode ?? '' }))
      if (run.decided > 0) session.line(session.say(says.decided, { decided: session.count(run.decided) }))
      const refused = taken?.findings.filter(({ severity }) => severity === 'error') ?? []
      if (taken !== undefined) {
        const { kept, rows, untouched, findings, decisions } = taken
        const already = decisions.length - kept
        session.line(session.say(says.taken, { place: args.import ?? '', kept, already, rows, untouched, problems: refused.length }))
        for (const { message, hint, severity } of findings) {
          session.line(`  ${severity === 'error' ? '✗' : '!'} ${session.say(message)}`)
          session.line(`      → ${session.say(hint)}`)
        }
      }
      const document: Record<string, unknown> = {}
      if (args.export !== undefined) {
        const names = new Map((await catalogueLines(ledger, tenant, 'national')).map(({ code, name }) => [code, name]))
        await refuseToLose(session, ledger, tenant, args.export)
        const rows = decisionRows(args.all === true ? run.rows : run.rows.filter(isUndecided), names)
        const path = writeOutput(session, args.export, await writeDecisions(rows, sheetFormat(args.export, 'export'), session.spoken()))
        session.line(session.say(says.written, { path, rows: session.count(rows.length) }))
        document.exported = { path, rows: rows.length }
      } else if (open.length > 0) {
        for (const line of openLines(session, open)) session.line(line)
        session.line(session.say(says.next, { open: session.count(open.length) }))
      }
      const language = session.spoken()
      if (taken !== undefined) {
        const { kept, rows, untouched, findings, decisions } = taken
        document.imported = {
          kept,
          already: decisions.length - kept,
          rows,
          untouched,
          refused: refused.length,
          findings: findings.map((finding) => ({ ...finding, message: finding.message[language], hint: finding.hint[language] })),
        }
      }
      return {
        document: {
          local: run.rows.length,
          national: run.national,
          ...run.counts,
          decided: run.decided,
          open: open.length,
          changed: run.changed,
          ...document,
          matches: run.rows.map((row) => ({
            localCode: row.localCode,
            name: row.name,
            decided: row.decidedCode,
            inForce: inForce(row.localCode),
            ...matchDocument(session, row),
          })),
        },
        code: refused.length > 0 ? exitCodes.someFailed : exitCodes.done,
      }
    })
  },
})

/** A sheet that an officer filled in and nobody imported is not written over. */
async function refuseToLose(session: Session, ledger: Ledger, tenant: string, name: string): Promise<void> {
  if (!existsSync(resolve(session.workingFolder, name))) return
  const { path, bytes } = readInput(session, name)
  const lost = await unsavedDecisions(ledger, tenant, bytes, name).catch(() => undefined)
  if (lost === 0) return
  const [en, vi] =
    lost === undefined
      ? ['is no sheet of decisions', 'không phải tệp quyết định']
      : [`holds ${lost} decisions that were not taken`, `có ${lost} quyết định chưa được nhận`]
  throw usage({
    en: `${path} ${en}: import it first (--import), or write to another name`,
    vi: `${path} ${vi}: hãy nhận trước (--import) hoặc ghi ra tên khác`,
  })
}

/** What the sheet is for: besides what is doubtful also what seems to have no twin, for its dossiers wait too. */
function isUndecided({ decision, decidedCode }: MatchedProcedure): boolean {
  return decidedCode === undefined && decision !== 'exact' && decision !== 'auto'
}

/** Nobody decided, and the matching alone must not. */
function isOpen({ decision, decidedCode }: MatchedProcedure): boolean {
  return decidedCode === undefined && (decision === 'suggest' || decision === 'conflict')
}

function* openLines(session: Session, open: readonly MatchedProcedure[]): Generator<string> {
  for (const { localCode, name, decision, reasons, candidates } of open.slice(0, LISTED)) {
    yield session.say(says.row, { mark: marks[decision], code: localCode, name })
    yield `      ${session.say(decisionNames[decision])}${reasons.length === 0 ? '' : `: ${reasons.map((reason) => session.say(reason)).join('; ')}`}`
    for (const candidate of candidates.slice(0, 3))
      yield session.say(says.candidate, { score: candidate.score.toFixed(2), code: candidate.code, name: candidate.name })
  }
  if (open.length > LISTED) yield session.say(says.more, { more: session.count(open.length - LISTED) })
}

/** Two files, no ledger, no network. */
async function matchFiles(
  session: Session,
  args: {
    readonly local?: string | undefined
    readonly national?: string | undefined
    readonly evaluate?: boolean | undefined
    readonly export?: string | undefined
    readonly import?: string | undefined
  },
): Promise<ExitCode> {
  if (args.export !== undefined || args.import !== undefined)
    throw usage({
      en: '--export and --import belong to a ledger: not with --local, --national and --evaluate',
      vi: '--export và --import dùng với sổ: không dùng cùng --local, --national, --evaluate',
    })
  if (args.local === undefined || args.national === undefined)
    throw usage({ en: 'give both --local FILE and --national FILE', vi: 'cần cả --local TỆP và --national TỆP' })
  const text = (name: string) => new TextDecoder().decode(readInput(session, name).bytes)
  const local = readLocalLines(text(args.local), args.local)
  // Line by line, and without what the matching does not look at: a whole catalogue is several times larger than what is kept of it.
  const national = Array.from(nationalLines(inputLines(session, args.national), args.national), briefProcedure)
  if (args.evaluate === true) {
    const evaluation = evaluateMatching(local, national)
    session.line(session.say(says.evaluation, { ...evaluation }))
    session.result({ evaluation })
    return exitCodes.done
  }
  const matcher = procedureMatcher(national)
  const counts: Record<MatchDecision, number> = { exact: 0, auto: 0, suggest: 0, conflict: 0, none: 0 }
  const matches = local.map((line) => {
    const found = matcher.match(subjectOfLine(line))
    counts[found.decision]++
    session.line(session.say(says.row, { mark: marks[found.decision], code: line.id, name: line.procedure.name }))
    const [best] = found.candidates
    const shown = found.nationalCode ?? (found.decision === 'suggest' ? best?.code : undefined)
    session.line(
      `      ${session.say(decisionNames[found.decision])}${shown === undefined ? '' : ` ${shown}`}: ${found.reasons.map((reason) => session.say(reason)).join('; ')}`,
    )
    return { id: line.id, name: line.procedure.name, ...matchDocument(session, found) }
  })
  session.line(session.say(says.head, { local: session.count(local.length), national: session.count(national.length), ...counts }))
  session.result({ local: local.length, national: national.length, ...counts, matches })
  return exitCodes.done
}

function matchDocument(session: Session, { decision, nationalCode, score, reasons, candidates }: Match): Record<string, unknown> {
  const spoken = (texts: readonly Text[]) => texts.map((text) => session.say(text))
  return {
    decision,
    nationalCode,
    score,
    reasons: spoken(reasons),
    candidates: candidates.map((candidate) => ({ ...candidate, reasons: spoken(candidate.reasons) })),
  }
}
