/** The comparison as a workbook for the officer who must act: one sheet a kind of work. Codes are texts: Excel keeps their zeros. */
import type { Language, Text } from '../../base/index.js'
import { type WorkbookColumn, type WorkbookSheet, writeWorkbook } from '../../mappers/index.js'
import type { CatalogueDiff, ProcedureDifference } from './diff.js'
import { fieldNames } from './field-difference.js'
import { levelsText } from './fields.js'

interface Column extends Omit<WorkbookColumn, 'title'> {
  readonly title: Text
}

const text = (en: string, vi: string, width: number): Column => ({ title: { en, vi }, kind: 'text', width })

const localCode = text('Local code', 'Mã TTHC của tỉnh', 28)
const localName = text('Local name', 'Tên TTHC của tỉnh', 55)
const nationalCode = text('National code', 'Mã TTHC quốc gia', 16)
const nationalName = text('National name', 'Tên TTHC quốc gia', 55)
const sector = text('Sector', 'Lĩnh vực', 30)
const levels = text('Level', 'Cấp thực hiện', 22)
const toDo = text('What to do', 'Việc cần làm', 60)

const urgency: Readonly<Record<'warn' | 'info', Text>> = {
  warn: { en: 'Correct', vi: 'Cần sửa' },
  info: { en: 'Check', vi: 'Cần xem' },
}

/** The sheets, in the order in which they are worked through. */
export function differenceSheets({ differences, missing, incomplete }: CatalogueDiff, language: Language): readonly WorkbookSheet[] {
  const of = (...kinds: readonly ProcedureDifference['kind'][]) => differences.filter(({ kind }) => kinds.includes(kind))
  const told = (sentence: Text | null) => sentence?.[language] ?? null
  const sheet = (name: Text, columns: readonly Column[], rows: WorkbookSheet['rows']): WorkbookSheet => ({
    name: name[language],
    columns: columns.map(({ title, ...rest }) => ({ ...rest, title: title[language] })),
    rows,
  })
  return [
    sheet(
      { en: 'Differences', vi: 'Khác biệt' },
      [
        localCode,
        localName,
        nationalCode,
        nationalName,
        text('Urgency', 'Mức độ', 10),
        text('Field', 'Nội dung', 20),
        text('In the province', 'Của tỉnh', 45),
        text('In the nation', 'Của quốc gia', 45),
        toDo,
      ],
      of('differs').flatMap((one) =>
        one.fields.map(({ field, severity, local, national, says }) => [
          one.localCode,
          one.localName,
          one.nationalCode,
          one.nationalName,
          urgency[severity][language],
          fieldNames[field][language],
          local[language],
          national[language],
          says[language],
        ]),
      ),
    ),
    sheet(
      { en: 'Missing', vi: 'Thiếu' },
      [nationalCode, nationalName, sector, levels, toDo],
      missing.map((one) => [one.code, one.name, one.sector, levelsText(one.levels)[language], missingSays[language]]),
    ),
    sheet(
      { en: 'Not linked', vi: 'Chưa liên kết' },
      [localCode, localName, sector, levels, text('National code given', 'Mã quốc gia đang ghi', 20), toDo],
      of('unlinked', 'unknown-national').map((one) => [
        one.localCode,
        one.localName,
        one.sector,
        one.levels === null ? null : levelsText(one.levels)[language],
        one.nationalCode,
        told(one.says),
      ]),
    ),
    sheet(
      { en: 'Abolished', vi: 'Hết hiệu lực' },
      [
        localCode,
        localName,
        nationalCode,
        nationalName,
        { title: { en: 'Not listed since', vi: 'Không còn từ ngày' }, kind: 'date', width: 16 },
        toDo,
      ],
      of('abolished').map((one) => [one.localCode, one.localName, one.nationalCode, one.nationalName, one.inactiveSince, told(one.says)]),
    ),
    sheet(
      { en: 'Incomplete (V17)', vi: 'Chưa đầy đủ (V17)' },
      [localCode, localName, text('Rule', 'Quy tắc', 10), text('Part', 'Mục', 24), text('What is missing', 'Còn thiếu', 55), toDo],
      incomplete.flatMap((one) =>
        one.findings.map(({ ruleId, path, message, hint }) => [one.localCode, one.localName, ruleId, path, message[language], hint[language]]),
      ),
    ),
  ]
}

const missingSays: Text = {
  en: 'Publish it in the province with its national code, or record why the province does not handle it.',
  vi: 'Công bố thủ tục tại tỉnh theo mã quốc gia, hoặc ghi lý do tỉnh không thực hiện.',
}

/** @returns the bytes of an `.xlsx` file */
export async function writeDifferences(diff: CatalogueDiff, language: Language): Promise<Uint8Array> {
  return await writeWorkbook(differenceSheets(diff, language))
}
