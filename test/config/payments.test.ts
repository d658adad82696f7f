/** The section `payments` of a tenant: what is refused, and what becomes of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asLienthongError } from '../../src/base/index.js'
import { assemblePayments, type ConfigInput, configSchema, loadConfig, openPaymentLedger, secretsOf } from '../../src/config/index.js'
import { readBill } from '../../src/payments/index.js'
import { bill, type PayingProvince, payingProvince, TENANT } from '../cli/paying-province.js'

type Payments = NonNullable<ConfigInput['tenants'][string]['payments']>
type Row = Payments['partners'][number]

async function refusal(province: PayingProvince, change: (payments: Payments, config: ConfigInput) => void): Promise<string> {
  province.configure(change)
  try {
    await loadConfig(undefined, province.folder)
  } catch (error) {
    return asLienthongError(error).text.en
  }
  return 'taken'
}

const first = ({ partners }: Payments) => partners[0] as Row
const account = { account: '0000000000001', bankCode: '00000000', accountName: 'SO MAU' }

describe('refused, with place and fix:', () => {
  const cases: readonly (readonly [string, (payments: Payments, config: ConfigInput) => void, string])[] = [
    ['an unknown key', (payments) => Object.assign(payments, { acounts: [] }), 'payments: there is no setting “acounts”. → “accounts”?'],
    [
      'a misspelt address',
      (payments) => Object.assign(first(payments).urls, { strat: 'x' }),
      'partners.0.urls: there is no setting “strat”. → “start”?',
    ],
    ['no accounts', (payments) => Object.assign(payments, { accounts: [] }), 'accounts: name at least one approved account'],
    [
      'an account with dots',
      (payments) => Object.assign(payments.accounts[0]!, { account: '123.456' }),
      'accounts.0.account: an account is 1 to 19 digits',
    ],
    ['a secret as text', (payments) => Object.assign(first(payments), { secret: 'hunter22' }), 'partners.0.secret: a secret is written as'],
    [
      'an address that the dialect needs',
      (payments) => delete first(payments).urls.query,
      'partners.0.urls.query: the dialect payplat does not work without it',
    ],
    [
      'KeyPay without a way back',
      (payments) => Object.assign(first(payments), { dialect: 'keypay-dvcqg' }),
      'partners.0.returnUrl: the dialect keypay-dvcqg',
    ],
    [
      'an unknown dialect',
      (payments) => Object.assign(first(payments), { dialect: 'payplatt' }),
      'partners.0.dialect: there is no such dialect (payplat?)',
    ],
    ['a separator in a partner code', (payments) => Object.assign(first(payments), { partner: 'A|B' }), 'partners.0.partner: must not hold “|”'],
    ['a day that is none', (payments) => Object.assign(first(payments), { validFrom: '2026-02-30' }), 'partners.0.validFrom: there is no such day'],
    [
      'a row that ends before it begins',
      (payments) => Object.assign(payments.accounts[0]!, { validFrom: '2026-02-02', validTo: '2026-02-01' }),
      'accounts.0.validTo: is not after validFrom',
    ],
    [
      'two accounts for the same bills and days',
      (payments) => payments.accounts.push({ ...account, account: '2' }),
      'accounts.1.validFrom: accounts.0 holds for all bills on the same days, too',
    ],
    [
      'two partners for the same bills and days',
      (payments) => payments.partners.push({ ...first(payments), partner: 'OTHER', validFrom: '2026-03-01' }),
      'partners.1.validFrom: partners.0 holds for all bills on 2026-03-01, too',
    ],
    [
      'one partner code twice on a day',
      (payments) => {
        first(payments).bills = [{ agency: 'A' }]
        payments.partners.push({ ...first(payments), bills: [{ agency: 'B' }] })
      },
      'partners.1.partner: TESTPARTNER has a row already (partners.0)',
    ],
    [
      'rows of one partner code that let others call',
      (payments) => {
        first(payments).validTo = '2026-03-01'
        payments.partners.push({ ...first(payments), validFrom: '2026-03-01', validTo: undefined, access: { peers: ['10.20.0.0/16'] } })
      },
      'partners.1.access: differs from that of partners.0',
    ],
    [
      'a host with its address',
      (payments) => Object.assign(first(payments), { receiptHosts: ['https://files.example.vn'] }),
      'partners.0.receiptHosts.0: expected a host',
    ],
    [
      'a partner whose bills no account takes money for',
      (payments) => {
        first(payments).bills = [{ agency: 'A' }]
        payments.accounts[0]!.agency = 'B'
      },
      'partners.0.bills: no approved account takes money of agency A',
    ],
    [
      'a bank that is not on the list',
      (payments) => Object.assign(payments, { bankCodes: ['00000001'] }),
      'accounts.0.bankCode: “00000000” is not in “bankCodes” (00000001?)',
    ],
    [
      'a system that is not named',
      (payments) => Object.assign(first(payments), { system: 'lgsp' }),
      'payments.partners.0.system: there is no system “lgsp”',
    ],
    ['an address that is none', (payments) => Object.assign(payments, { ip: 'here' }), 'payments.ip: expected an address such as'],
    ['inquiries without a word about who may ask', (payments) => Object.assign(payments, { inquiries: {} }), 'inquiries.access: is missing'],
  ]
  test.each(cases)('%s', async (_, change, says) => {
    expect(await refusal(await payingProvince(), change)).toContain(says)
  })
})

test('rows that end where the next begins, and rows for other bills, are taken', async () => {
  const taken = await refusal(await payingProvince(), (payments) => {
    const [row] = payments.partners
    payments.partners = [
      { ...row!, validTo: '2026-12-01' },
      { ...row!, validFrom: '2026-12-01', secret: { env: 'NEW_SECRET' } },
      { ...row!, partner: 'FINES', bills: [{ duty: 'fine' }, { agency: '000.00.15.H99' }] },
    ]
    payments.accounts.push({ ...account, account: '3949000000099', duty: 'fine' }, { ...account, procedure: '9.000001', account: '2' })
  })
  expect(taken).toBe('taken')
})

test('every secret of it is known by its place, so that it can be looked for and kept out of logs', () => {
  const tenant = configSchema.parse({
    version: 1,
    ledger: { url: 'sqlite:x', key: { env: 'K' } },
    tenants: {
      a: {
        agencyCode: '000.00.00.H99',
        sources: { desk: { dialect: 'file-ndjson', file: 'x' } },
        portal: { adapterUrl: 'http://127.0.0.1:1/x' },
        payments: {
          ip: '203.0.113.10',
          partners: [
            {
              ...{ partner: 'P', urls: {}, secret: { env: 'S' }, inboundSecrets: [{ env: 'I' }], token: { env: 'T' }, accessKey: { env: 'A' } },
              access: { secret: { header: 'x-key', value: { env: 'H' } } },
            },
          ],
          accounts: [account],
        },
      },
    },
  }).tenants.a!
  expect(secretsOf(tenant, 'a').map(({ place }) => place)).toEqual(
    ['secret', 'inboundSecrets.0', 'accessKey', 'token', 'access.secret.value'].map((name) => `tenants.a.payments.partners.0.${name}`),
  )
})

test('an office made of it pays by the partner of the day, and says what the platform is told', async () => {
  const province = await payingProvince()
  province.configure((payments) => {
    payments.codes = { duties: { tax: '7' }, serviceSuffix: '.09' }
    payments.partners.push({ ...first(payments), partner: 'FINES', bills: [{ duty: 'fine' }] })
  })
  const loaded = await loadConfig(undefined, province.folder)
  const ledger = await openPaymentLedger(loaded, 'write', 'test')
  try {
    const { office, partners } = assemblePayments(loaded, TENANT, ledger)!
    expect(partners.map(({ partner }) => partner)).toEqual(['TESTPARTNER', 'FINES'])
    const kept = await office.createBill(readBill(bill))
    expect(await office.start(kept.id)).toMatchObject({ outcome: 'pay' })
    expect(province.platform.requests[0]?.body).toMatchObject({ MaDoiTac: 'TESTPARTNER', ThongTinBienLai: { MaDVC: '9.000001.09' } })
  } finally {
    await ledger.close()
  }
})

test('a secret that is too short is refused with its place, and not shown', async () => {
  const province = await payingProvince()
  writeFileSync(join(province.folder, 'short.txt'), 'hx')
  province.configure((payments) => {
    payments.partners.push({ ...first(payments), partner: 'FINES', bills: [{ duty: 'fine' }], inboundSecrets: [{ file: './short.txt' }] })
  })
  const loaded = await loadConfig(undefined, province.folder)
  const ledger = await openPaymentLedger(loaded, 'write', 'test')
  try {
    const refused = () => assemblePayments(loaded, TENANT, ledger)
    expect(refused).toThrowError(`tenants.${TENANT}.payments.partners.1.inboundSecrets.0: a secret has at least 8 characters`)
    expect(refused).not.toThrowError('hx')
  } finally {
    await ledger.close()
  }
})

test('a tenant without payments has no office', async () => {
  const province = await payingProvince()
  province.configure((_, config) => {
    delete config.tenants[TENANT]!.payments
  })
  const loaded = await loadConfig(undefined, province.folder)
  const ledger = await openPaymentLedger(loaded, 'write', 'test')
  expect(assemblePayments(loaded, TENANT, ledger)).toBeUndefined()
  await ledger.close()
})
