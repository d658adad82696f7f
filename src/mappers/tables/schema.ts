/** The code tables of one province as written in YAML or JSON. DESIGN "Mappers". */
import { z } from 'zod'
import { coreFields, extensionFields } from '../../connectors/national-portal/wire.js'

/** The kinds of sources for which defaults exist. The names are those of the command line's dialects. */
export const products = [
  'opencps-v2',
  'lgsp-msync',
  'relay-push',
  'hcm-lgsp',
  'igate2',
  'td-mssql',
  'wcf-motcua',
  'file-csv',
  'ndjson',
  'custom',
] as const
export type Product = (typeof products)[number]

const statusCode = z.int().min(0).max(99)
const applicantKind = z.enum(['citizen', 'business', 'state-body', 'organization'])
const channel = z.enum(['direct', 'online', 'post'])
const returnWay = z.enum(['counter', 'post'])
const onlinePayment = z.enum(['national', 'provincial', 'none', 'requested-offline'])
const wireCode = z.string().min(1)

/** Fields a column of a register may hold. */
export const registerFields = [
  'row-number',
  'agencyName',
  'agencyCode',
  'receivedBy',
  'procedureName',
  'procedureCode',
  'localCode',
  'status',
  'address',
  'submitter',
  'applicantName',
  'applicantKind',
  'applicantId',
  'phone',
  'email',
  'channel',
  'returnBy',
  'summary',
  'submittedAt',
  'receivedAt',
  'dueAt',
  'finishedAt',
  'returnedAt',
] as const
export type RegisterField = (typeof registerFields)[number]

/** Local code → ours. `null` takes a default away; the key `*` stands for every other value. */
const rows = <Value extends z.ZodType>(value: Value) => z.record(z.string(), value.nullable()).optional()

/** How an amount's state is told: `online` names the gateway, where the state itself says so. */
const paymentState = z.strictObject({
  paid: z.boolean().nullable(),
  /** The contract assumes this reading; each use is reported. */
  assumed: z.boolean().optional(),
  /** Paid at the counter, hence not online. */
  atCounter: z.boolean().optional(),
})
export type PaymentState = z.infer<typeof paymentState>

const sendPolicy = z.enum(['always', 'if-known', 'never'])
export type SendPolicy = z.infer<typeof sendPolicy>

export const tablesInput = z.strictObject({
  product: z.enum(products).optional(),
  status: rows(statusCode),
  subStatus: rows(statusCode),
  statusText: rows(statusCode),
  actions: rows(statusCode),
  applicantKinds: rows(applicantKind),
  channels: rows(channel),
  returnWays: rows(returnWay),
  agencies: rows(z.strictObject({ code: z.string().min(1), name: z.string().min(1) })),
  paymentStatus: rows(paymentState),
  paymentText: rows(paymentState),
  paymentMethods: rows(onlinePayment),
  columns: rows(z.enum(registerFields)),
  /** What the province states for every record whose source is silent. Each use is reported. */
  assume: z
    .strictObject({
      applicantKind: applicantKind.nullable().optional(),
      channel: channel.nullable().optional(),
      returnBy: returnWay.nullable().optional(),
      /** When a fee is collected (`HinhThucThu`) and its kind (`LoaiPhiLePhi`), where the source does not say. */
      feeCollectedAt: wireCode.nullable().optional(),
      feeKind: wireCode.nullable().optional(),
    })
    .optional(),
  /** Which name of a product that upper-cases the applicant's name is taken. */
  applicantName: z.enum(['as-written', 'contact-when-same-letters']).optional(),
  /** What is sent for a procedure without a national code: its local code, that code without the province's suffix, or nothing. */
  unmatchedProcedure: z.enum(['send-local', 'strip-suffix', 'refuse']).optional(),
  /** Per wire field: see `defaultFieldPolicy`. */
  fields: z.partialRecord(z.enum([...coreFields, ...extensionFields]), sendPolicy).optional(),
  /** Severity of a record rule in this province. */
  rules: z.record(z.string(), z.enum(['error', 'warn', 'info', 'off'])).optional(),
  /** Our value → the code that travels to the national portal. contracts/national-portal.md §5 */
  wire: z
    .strictObject({
      applicantKind: z.partialRecord(applicantKind, wireCode).optional(),
      channel: z.partialRecord(channel, wireCode).optional(),
      returnBy: z.partialRecord(returnWay, wireCode).optional(),
      onlinePayment: z.partialRecord(onlinePayment, wireCode).optional(),
      filedAt: z.partialRecord(z.enum(['national', 'provincial']), wireCode).optional(),
      identity: z.partialRecord(z.enum(['personal-number', 'old-id-card', 'tax-code', 'other']), wireCode).optional(),
    })
    .optional(),
})
export type TablesInput = z.infer<typeof tablesInput>

/** Tables whose rows may stand on an assumption. */
export type AssumedTable = 'status' | 'statusText' | 'applicantKinds' | 'channels' | 'returnWays'

/** Tables of ours, with the keys of the rows that the contract only assumes. */
export interface DefaultTables extends TablesInput {
  readonly assumed?: Readonly<Partial<Record<AssumedTable, readonly string[]>>>
}
