import type { Text } from '../../../base/index.js'
import { diffCatalogues, fieldNames, listedNow, type ProcedureDifference, tenantView, writeDifferences } from '../../../catalogue/index.js'
import { tenantDirectory } from '../../../config/index.js'
import { completenessFindings } from '../../../rules/index.js'
import { command, usage } from '../../command.js'
import { exitCodes, type Session } from '../../session.js'
import { openConfig } from '../open.js'
import { eachTenant } from './each-tenant.js'
import { writeOutput } from './files.js'

const says = {
  head: {
    en: '{tenant}: {local} procedures: {same} agree, {differs} differ, {unlinked} without a national code yet, {abolished} abolished, {unknown} with an unknown code, {only} local only',
    vi: '{tenant}: {local} thủ tục: {same} khớp, {differs} khác, {unlinked} chưa có mã quốc gia, {abolished} đã bãi bỏ, {unknown} mã không rõ, {only} chỉ có ở tỉnh',
  },
  missing: {
    en: '  the province lacks {missing} national procedures of its levels',
    vi: '  tỉnh còn thiếu {missing} thủ tục quốc gia thuộc cấp mình',
  },
  incomplete: { en: '  {incomplete} do not say all they must (V17)', vi: '  {incomplete} chưa công khai đủ nội dung (V17)' },
  unjudged: {
    en: '  {unjudged} cannot be judged by V17: their catalogue does not show steps, documents or the like',
    vi: '  {unjudged} không xét được theo V17: danh mục nguồn không có trình tự, thành phần hồ sơ, …',
  },
  field: { en: '      {mark} {field}: {local} | {national}', vi: '      {mark} {field}: {local} | {national}' },
  more: { en: '  … and {more} more; --json or --xlsx lists all', vi: '  … và {more} thủ tục nữa; --json hoặc --xlsx liệt kê tất cả' },
  written: { en: '  {path}: for the officer who must act', vi: '  {path}: gửi cán bộ xử lý' },
} satisfies Record<string, Text>

const LISTED = 30

export const diff = command({
  name: 'diff',
  description: 'The province’s catalogue against the national one: what differs, what is missing, what is abolished, what is incomplete',
  args: { xlsx: { type: 'string', description: 'write it as a workbook for the officer who must act', valueHint: 'FILE' } },
  remarks: ['Differences are the result, not a failure: exit code 0. Reads the ledger only: catalogue pull first.'],
  async run(session, args) {
    const loaded = await openConfig(session)
    const language = session.spoken()
    if (args.xlsx !== undefined && !/\.xlsx$/i.test(args.xlsx))
      throw usage({ en: `--xlsx takes a name that ends in .xlsx, not “${args.xlsx}”`, vi: `--xlsx nhận tên tệp .xlsx, không phải “${args.xlsx}”` })
    return eachTenant(
      session,
      loaded,
      { access: 'read', name: 'catalogue diff', oneFile: args.xlsx === undefined ? undefined : 'xlsx' },
      async (tenant, ledger) => {
        const view = await tenantView(ledger, tenant, await tenantDirectory(loaded, tenant, ledger))
        const found = diffCatalogues({
          local: view.local,
          listed: listedNow(view),
          national: (code) => view.national.get(code),
          link: view.link,
          completeness: completenessFindings,
          day: view.day,
        })
        const { summary } = found
        const { kinds } = summary
        const count = (value: number) => session.count(value)
        session.line(
          session.say(says.head, {
            tenant,
            local: count(summary.local),
            same: count(kinds.same),
            differs: count(kinds.differs),
            unlinked: count(kinds.unlinked),
            abolished: count(kinds.abolished),
            unknown: count(kinds['unknown-national']),
            only: count(kinds['local-only']),
          }),
        )
        if (summary.missing > 0) session.line(session.say(says.missing, { missing: count(summary.missing) }))
        if (summary.incomplete > 0) session.line(session.say(says.incomplete, { incomplete: count(summary.incomplete) }))
        if (summary.unjudged > 0) session.line(session.say(says.unjudged, { unjudged: count(summary.unjudged) }))
        for (const line of differenceLines(session, found.differences)) session.line(line)
        const document: Record<string, unknown> = {}
        if (args.xlsx !== undefined) {
          const path = writeOutput(session, args.xlsx, await writeDifferences(found, language))
          session.line(session.say(says.written, { path }))
          document.written = path
        }
        return {
          document: {
            day: view.day,
            summary,
            differences: found.differences.map(({ says: advice, fields, ...difference }) => ({
              ...difference,
              says: advice?.[language] ?? null,
              fields: fields.map((field) => ({
                ...field,
                local: field.local[language],
                national: field.national[language],
                says: field.says[language],
              })),
            })),
            missing: found.missing,
            incomplete: found.incomplete.map(({ findings, ...procedure }) => ({
              ...procedure,
              findings: findings.map(({ ruleId, severity, path, message, hint }) => ({
                ruleId,
                severity,
                path,
                message: message[language],
                hint: hint[language],
              })),
            })),
            ...document,
          },
          code: exitCodes.done,
        }
      },
    )
  },
})

function* differenceLines(session: Session, differences: readonly ProcedureDifference[]): Generator<string> {
  const telling = differences.filter(({ kind }) => kind !== 'same' && kind !== 'local-only')
  for (const { localCode, localName, nationalCode, says: advice, fields } of telling.slice(0, LISTED)) {
    yield `  ${localCode} → ${nationalCode ?? '–'}  ${localName}`
    if (advice !== null) yield `      ${session.say(advice)}`
    for (const { field, local, national, says: sentence, severity } of fields) {
      yield session.say(says.field, {
        mark: severity === 'warn' ? '!' : '·',
        field: fieldNames[field],
        local: session.say(local),
        national: session.say(national),
      })
      yield `        → ${session.say(sentence)}`
    }
  }
  if (telling.length > LISTED) yield session.say(says.more, { more: session.count(telling.length - LISTED) })
}
