/**
 * Writes docs/errors/: one page for each code of the error table, in English and Vietnamese, and their index.
 * With `--check` it writes nothing and fails when a page is missing, stale or left over.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ErrorEntry, type ErrorKind, errorTable } from '../src/base/error-table.ts'
import type { Text } from '../src/base/text.ts'

const folder = join(import.meta.dirname, '../docs/errors')

const kinds: Record<ErrorKind, Text> = {
  config: {
    en: 'A setting, a file or a command is wrong. Nothing happens until somebody corrects it.',
    vi: 'Thiết lập, tệp hoặc lệnh bị sai. Phải có người sửa thì mới chạy tiếp.',
  },
  auth: {
    en: 'The other side does not accept who we are. A password is tried once; nothing is repeated until the configuration changes.',
    vi: 'Phía bên kia không chấp nhận thông tin đăng nhập. Mật khẩu chỉ được thử một lần; không thử lại cho tới khi cấu hình thay đổi.',
  },
  validation: {
    en: 'What would be sent is not fit to be sent. It waits until the data, the tables or the limits change.',
    vi: 'Nội dung sắp gửi chưa đạt. Nội dung chờ cho tới khi dữ liệu, bảng mã hoặc giới hạn thay đổi.',
  },
  rejected: {
    en: 'The other side understood and said no. It is never repeated by itself.',
    vi: 'Phía bên kia đã hiểu và từ chối. Không bao giờ tự gửi lại.',
  },
  throttled: {
    en: 'The other side asks for a pause. Nothing was applied; it is tried again by itself.',
    vi: 'Phía bên kia yêu cầu tạm ngừng. Chưa có gì được ghi nhận; hệ thống tự thử lại.',
  },
  transient: {
    en: 'The request never left. It is tried again by itself.',
    vi: 'Yêu cầu chưa được gửi đi. Hệ thống tự thử lại.',
  },
  unknown: {
    en: 'The request left, and nobody knows whether it was applied. It is neither a success nor a failure: the engine asks before it sends again.',
    vi: 'Yêu cầu đã gửi đi nhưng không rõ đã được ghi nhận hay chưa. Không coi là thành công hay thất bại: hệ thống hỏi lại trước khi gửi tiếp.',
  },
  protocol: {
    en: 'The answer, a file or the library itself is not what it should be. Somebody has to look.',
    vi: 'Phản hồi, tệp hoặc chính thư viện không đúng như quy ước. Cần có người xem xét.',
  },
  aborted: {
    en: 'Stopped on request. What was done is saved.',
    vi: 'Dừng theo yêu cầu. Những gì đã làm được lưu lại.',
  },
}

const entries = Object.entries<ErrorEntry>(errorTable).toSorted(([a], [b]) => (a < b ? -1 : 1))

/** Placeholders such as `{host}` are set in code style, so that nobody takes them for text that was lost; what is code already stays. */
const sentence = (template: string) => template.replace(/`[^`]*`|\{\w+\}/g, (part) => (part.startsWith('`') ? part : `\`${part}\``))

function page(code: string, { kind, says, hint }: ErrorEntry): string {
  return `<!-- Generated from src/base/error-table.ts by \`npm run docs:errors\`. -->
# \`${code}\`

Kind / loại: \`${kind}\` · [all codes / mọi mã lỗi](README.md)

## English

> ${sentence(says.en)}

**What to do.** ${sentence(hint.en)}

**What it means for the run.** ${kinds[kind].en}

## Tiếng Việt

> ${sentence(says.vi)}

**Cần làm gì.** ${sentence(hint.vi)}

**Ảnh hưởng tới lần chạy.** ${kinds[kind].vi}
`
}

function index(): string {
  const cell = (template: string) => sentence(template).replaceAll('|', '\\|')
  const rows = entries.map(([code, { kind, says }]) => `| [\`${code}\`](${code}.md) | \`${kind}\` | ${cell(says.en)} | ${cell(says.vi)} |`)
  const meanings = Object.entries(kinds).map(([kind, text]) => `| \`${kind}\` | ${text.en} | ${text.vi} |`)
  return `<!-- Generated from src/base/error-table.ts by \`npm run docs:errors\`. -->
# Errors / Mã lỗi

Every error of the library has a stable \`code\` and a \`kind\`. Recognise it with \`isLienthongError(error)\` and decide by \`error.code\` or \`error.kind\`.

Mỗi lỗi của thư viện có \`code\` cố định và \`kind\`. Nhận biết bằng \`isLienthongError(error)\`, rồi xử lý theo \`error.code\` hoặc \`error.kind\`.

| code | kind | what happened | chuyện gì đã xảy ra |
|---|---|---|---|
${rows.join('\n')}

| kind | meaning | ý nghĩa |
|---|---|---|
${meanings.join('\n')}
`
}

const pages = new Map([['README.md', index()], ...entries.map(([code, entry]): [string, string] => [`${code}.md`, page(code, entry)])])
await mkdir(folder, { recursive: true })
const present = await readdir(folder)
const leftOver = present.filter((name) => !pages.has(name))
const differs = async ([name, text]: [string, string]) => !present.includes(name) || (await readFile(join(folder, name), 'utf8')) !== text
const stale: [string, string][] = []
for (const entry of pages) if (await differs(entry)) stale.push(entry)

if (process.argv.includes('--check')) {
  for (const name of [...stale.map(([file]) => file), ...leftOver])
    console.error(`docs/errors/${name} does not match src/base/error-table.ts: run \`npm run docs:errors\`.`)
  process.exitCode = stale.length + leftOver.length > 0 ? 1 : 0
} else {
  for (const [name, text] of stale) await writeFile(join(folder, name), text)
  for (const name of leftOver) await rm(join(folder, name))
  console.log(`docs/errors: ${pages.size} pages, ${stale.length} written, ${leftOver.length} removed.`)
}
