import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { LienthongError, type Text } from '../../base/index.js'
import { inspectFiles, parseCodeTables } from '../../mappers/index.js'
import { command, usage } from '../command.js'
import { count } from '../progress.js'
import { exitCodes } from '../session.js'

const says = {
  summary: {
    en: '{dossiers} dossiers, {procedures} procedures, {steps} steps without a dossier, {problems} problems ({errors} errors)',
    vi: '{dossiers} hồ sơ, {procedures} thủ tục, {steps} bước không rõ hồ sơ, {problems} vấn đề ({errors} lỗi)',
  },
} satisfies Record<string, Text>

const MARKS = { error: '✗', warn: '!', info: '·' } as const

export const inspect = command({
  name: 'inspect',
  description: 'Read exports or payloads of a provincial system, map and validate them; sends nothing (prints personal data)',
  args: {
    dialect: { type: 'string', description: 'opencps-v2, file-csv, …', required: true, valueHint: 'NAME' },
    file: { type: 'string', description: 'one or more files; what each holds is found out from its content', required: true, valueHint: 'FILE…' },
    agencyCode: { type: 'string', description: 'the province’s agency code: tells which local numbers are national ones', valueHint: 'CODE' },
    tables: { type: 'string', description: 'code tables (YAML or JSON) of the province', valueHint: 'FILE' },
    more: { type: 'positional', description: 'further files', required: false },
  },
  async run(session, args) {
    const names = [...filesOf(args.file), ...args._]
    if (names.length === 0) throw usage('--file needs at least one file')
    const files = names.map((name) => ({ name: basename(name), bytes: read(resolve(session.workingFolder, name)) }))
    const report = await inspectFiles({
      dialect: args.dialect,
      files,
      ...(args.agencyCode === undefined ? {} : { agencyCode: args.agencyCode }),
      ...(args.tables === undefined
        ? {}
        : { tables: parseCodeTables(read(resolve(session.workingFolder, args.tables)).toString('utf8'), args.tables) }),
    })
    const language = session.spoken()
    const errors = report.problems.filter(({ severity }) => severity === 'error').length
    for (const dossier of report.dossiers)
      session.line(`${dossier.localCode}  ${dossier.status ?? '?'}  ${dossier.procedureCode ?? '–'}  ${dossier.procedureName ?? ''}`)
    for (const { where, rule, severity, why } of report.problems) session.line(`${MARKS[severity]} ${where}  ${rule}: ${why[language]}`)
    session.line(
      session.say(says.summary, {
        dossiers: count(report.dossiers.length),
        procedures: report.procedures.length,
        steps: report.steps.length,
        problems: report.problems.length,
        errors,
      }),
    )
    session.result({
      ...report,
      problems: report.problems.map((problem) => ({ ...problem, why: problem.why[language], hint: problem.hint[language] })),
    })
    return exitCodes.done
  },
})

/** `--file a b` leaves b as a word of its own; `--file a --file b` comes as a list. */
function filesOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((name): name is string => typeof name === 'string' && name !== '')
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}
