import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { LienthongError, type Text } from '../../base/index.js'
import { type CodeTables, inspectDialects, inspectFiles, parseCodeTables } from '../../mappers/index.js'
import { command } from '../command.js'
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
    dialect: { type: 'string', description: inspectDialects.map(({ name }) => name).join(', '), required: true, valueHint: 'NAME' },
    file: {
      type: 'string',
      description: 'one or more files, also as --file A --file B; what each holds is told by its content',
      required: true,
      valueHint: 'FILE…',
    },
    agencyCode: { type: 'string', description: 'the province’s agency code: tells which local numbers are national ones', valueHint: 'CODE' },
    tables: { type: 'string', description: 'code tables (YAML or JSON) of the province', valueHint: 'FILE' },
    more: { type: 'positional', description: 'further files', required: false },
  },
  repeatable: ['file'],
  remarks: ['Problems in the files are the result, not a failure: exit code 0.'],
  async run(session, args, all) {
    const names = [...all('file'), ...args._]
    const files = names.map((name) => ({ name: basename(name), bytes: read(resolve(session.workingFolder, name)) }))
    const report = await inspectFiles({
      dialect: args.dialect,
      files,
      ...(args.agencyCode === undefined ? {} : { agencyCode: args.agencyCode }),
      ...(args.tables === undefined ? {} : { tables: tablesFrom(resolve(session.workingFolder, args.tables), args.dialect) }),
    })
    const language = session.spoken()
    const errors = report.problems.filter(({ severity }) => severity === 'error').length
    for (const dossier of report.dossiers)
      session.line(`${dossier.localCode}  ${dossier.status ?? '?'}  ${dossier.procedureCode ?? '–'}  ${dossier.procedureName ?? ''}`)
    for (const { where, rule, severity, why } of report.problems) session.line(`${MARKS[severity]} ${where}  ${rule}: ${why[language]}`)
    session.line(
      session.say(says.summary, {
        dossiers: session.count(report.dossiers.length),
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

/** Over the defaults of the dialect's product, as in a pass. */
function tablesFrom(path: string, dialect: string): CodeTables {
  return parseCodeTables(read(path).toString('utf8'), path, inspectDialects.find(({ name }) => name === dialect)?.product)
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new LienthongError('source.file_unreadable', { values: { path, problem: cause instanceof Error ? cause.message : String(cause) }, cause })
  }
}
