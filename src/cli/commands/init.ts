import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Text } from '../../base/index.js'
import { type ConfigInput, sourceExamples } from '../../config/index.js'
import { parseAgencyCode, toLongForm } from '../../domain/index.js'
import { newLedgerKey } from '../../ledger/index.js'
import { command, usage } from '../command.js'
import { exitCodes } from '../session.js'

const says = {
  wrote: { en: '  wrote {file}', vi: '  đã tạo {file}' },
  next: {
    en: 'Next: fill in addresses and procedures, set the environment variables {secrets}, then look before you send:\n  lienthong sync plan',
    vi: 'Tiếp theo: điền địa chỉ và danh mục thủ tục, đặt các biến môi trường {secrets}, rồi xem trước khi gửi:\n  lienthong sync plan',
  },
  key: {
    en: 'Keep a copy of lienthong.key in a safe place: without it, what waits in the ledger cannot be read.',
    vi: 'Giữ một bản sao lienthong.key ở nơi an toàn: mất khóa thì không đọc được phần đang chờ trong sổ.',
  },
} satisfies Record<string, Text>

export const init = command({
  name: 'init',
  description: 'Scaffold a configuration with its key file, code tables and an empty list of procedures',
  args: {
    dir: { type: 'string', description: 'where to', default: '.', valueHint: 'DIR' },
    id: { type: 'string', description: 'name of the tenant, e.g. cao-bang', default: 'my-province', valueHint: 'ID' },
    agencyCode: { type: 'string', description: 'the province’s agency code, e.g. 000.00.00.H14', default: '000.00.00.H99', valueHint: 'CODE' },
    source: { type: 'string', description: Object.keys(sourceExamples).join(', '), default: 'opencps-v2', valueHint: 'DIALECT' },
    force: { type: 'boolean', description: 'overwrite configuration and tables; never the key' },
  },
  async run(session, args) {
    const tenant = session.tenant ?? args.id
    if (!/^[a-z0-9][a-z0-9-]*$/.test(tenant))
      throw usage({
        en: `a tenant is named in small letters, digits and hyphens, not “${tenant}”`,
        vi: `tên đơn vị chỉ gồm chữ thường, chữ số và dấu gạch nối, không phải “${tenant}”`,
      })
    const agency = parseAgencyCode(args.agencyCode)
    if (!agency.ok) throw usage({ en: `--agency-code: ${agency.problem.en}`, vi: `--agency-code: ${agency.problem.vi}` })
    const source = Object.hasOwn(sourceExamples, args.source) ? sourceExamples[args.source] : undefined
    if (source === undefined)
      throw usage({
        en: `--source takes ${Object.keys(sourceExamples).join(', ')}, not “${args.source}”`,
        vi: `--source nhận ${Object.keys(sourceExamples).join(', ')}, không phải “${args.source}”`,
      })
    const folder = resolve(session.workingFolder, args.dir)
    const config: ConfigInput = {
      version: 1,
      language: session.spoken(),
      ledger: { url: 'sqlite:./lienthong.db', key: { file: './lienthong.key' } },
      tenants: {
        [tenant]: {
          agencyCode: toLongForm(agency.value) ?? agency.value.text,
          production: false,
          sources: { 'one-stop': source },
          portal: {
            dialect: 'vpcp-2020',
            adapterUrl: 'http://127.0.0.1:4600/national-portal/XrdAdapter/RestService/forward',
            endpoints: { auth: '/mapi/login', share: '/mapi/g', integration: '/mapi/g' },
            dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
            credentials: { username: { env: 'PORTAL_USERNAME' }, password: { env: 'PORTAL_PASSWORD' } },
          },
          tables: `./tables/${tenant}.yaml`,
          procedures: { file: './procedures.jsonl' },
          scope: [],
        },
      },
    }
    const files: readonly { readonly name: string; readonly content: string; readonly mode: number; readonly keep?: boolean }[] = [
      { name: 'lienthong.config.json', content: `${JSON.stringify(config, null, 2)}\n`, mode: 0o644 },
      { name: join('tables', `${tenant}.yaml`), content: tablesTemplate(args.source), mode: 0o644 },
      { name: 'procedures.jsonl', content: '', mode: 0o644, keep: true },
      { name: 'lienthong.key', content: `${newLedgerKey()}\n`, mode: 0o600, keep: true },
    ]
    for (const { name, keep } of files) {
      if (!keep && !args.force && existsSync(join(folder, name)))
        throw usage({ en: `${join(folder, name)} exists; --force overwrites it`, vi: `${join(folder, name)} đã có; --force sẽ ghi đè` })
    }
    const written: string[] = []
    for (const { name, content, mode, keep } of files) {
      const path = join(folder, name)
      if (keep && existsSync(path)) continue
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, content, { mode })
      written.push(path)
      session.line(session.say(says.wrote, { file: path }))
    }
    session.line(session.say(says.key))
    session.line(session.say(says.next, { secrets: [...JSON.stringify(config).matchAll(/"env":"(\w+)"/g)].map(([, name]) => name).join(', ') }))
    session.result({ folder, files: written })
    return exitCodes.done
  },
})

/** What every source needs said, and what this one cannot say. */
function tablesTemplate(source: string): string {
  return `# Code tables of this province, on top of the defaults of each product: docs/configuration.md, "Code tables".
# A value without a row is reported, never guessed.

# Local status → national status (1–10), where this province differs from the product's defaults.
status: {}
  # "cho_bo_sung": 5
${source === 'opencps-v2' ? openCpsTables : fileTables}`
}

const openCpsTables = `subStatus: {}

# Action or task code of the one-stop system → national status after the step.
# Without rows only the boundary steps (2, 9, 10, 3) are reported, from the dossier's own dates.
actions: {}
  # "1100": 2
`

const fileTables = `
# What an export does not tell and the national record requires. State only what is true of every row; each use is reported.
assume: {}
  # applicantKind: citizen   # citizen, business, state-body, organization
  # returnBy: counter        # counter, post
`
