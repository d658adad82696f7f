import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeepLink, type DeepLinkContext, deepLink, parseDeepLink } from '../../src/catalogue/links/deep-link.js'
import type { ProcedureEntry } from '../../src/domain/index.js'

const entry = (localCode: string, nationalCode: string | null, name: string): ProcedureEntry => ({
  localCode,
  nationalCode,
  name,
  nationalName: null,
  sector: { code: null, name: null },
  paperResult: null,
})

const marriage = entry('1.000894.000.00.00.H99', '1.000894', 'Đăng ký kết hôn')
const birth = entry('1.001193.H99', '1.001193', 'Đăng ký khai sinh')
/** Its own serial, matched by hand to a national twin. */
const support = entry('3.900001.H99', '2.000777', 'Hỗ trợ mẫu')
const copyAtProvince = entry('2.000815.000.00.00.H99', '2.000815', 'Chứng thực bản sao (cấp tỉnh)')
const copyAtCommune = entry('2.000815.H99', '2.000815', 'Chứng thực bản sao (cấp xã)')
const ownNumber = entry('TTHC-17', '1.004203', 'Tách thửa đất')
const unmatched = entry('1.900009', null, 'Thủ tục riêng của tỉnh')
const all = [marriage, birth, support, copyAtProvince, copyAtCommune, ownNumber, unmatched]

const context: DeepLinkContext = {
  local: (code) => all.find(({ localCode }) => localCode === code),
  byNational: (code) => all.filter(({ nationalCode }) => nationalCode === code),
  services: ({ localCode }) =>
    localCode === marriage.localCode
      ? [
          { code: '1.000894.01', name: 'Kết hôn trong nước', agency: null, url: null },
          { code: '1.000894.000.00.00.H99.02', name: 'Kết hôn có yếu tố nước ngoài', agency: null, url: null },
        ]
      : null,
  agency: (code) => (code === 'H99.242' ? { code, name: 'UBND xã Mẫu' } : undefined),
  agencyCode: '000.00.00.H99',
}

function resolved(query: Parameters<typeof parseDeepLink>[0], more: Partial<DeepLinkContext> = {}): DeepLink {
  const link = parseDeepLink(query, { ...context, ...more })
  if (!link.ok) throw new Error(link.problem.en)
  return link.value
}

function refusal(query: Parameters<typeof parseDeepLink>[0], more: Partial<DeepLinkContext> = {}) {
  const link = parseDeepLink(query, { ...context, ...more })
  return link.ok ? { reason: `resolved to ${link.value.procedure.localCode}`, problem: { en: '', vi: '' }, hint: { en: '', vi: '' } } : link
}

const rules = ({ findings }: DeepLink) => findings.map(({ ruleId }) => ruleId.replace('deep-link.', ''))

const GUID = '0f8fad5b-d9cb-469f-a165-70867728950e'
const TOKEN = Buffer.from(GUID).toString('base64')

describe('a whole link', () => {
  const query = `MaTTHC=1.000894&MaTTHCDP=1.000894.000.00.00.H99&MaCoQuanThucHien=H99.242&MaDVC=1.000894.02&vneid=1&MDT=${encodeURIComponent(TOKEN)}`
  const expected = {
    procedure: { localCode: '1.000894.000.00.00.H99', nationalCode: '1.000894', name: 'Đăng ký kết hôn' },
    serviceCase: { code: '1.000894.000.00.00.H99.02', name: 'Kết hôn có yếu tố nước ngoài' },
    agency: { code: 'H99.242', name: 'UBND xã Mẫu' },
    login: 'vneid',
    citizenToken: TOKEN,
    findings: [],
  }

  test.each<[string, Parameters<typeof parseDeepLink>[0]]>([
    ['as a query', query],
    ['with its question mark', `?${query}`],
    ['as an address', `https://dichvucong.tinh.example.vn/dich-vu-cong/nop-ho-so?${query}#buoc-1`],
    ['with its way in the fragment', `https://dichvucong.tinh.example.vn/#/nop-ho-so?${query}`],
    ['as a path', `/nop-ho-so?lang=vi&${query}`],
    ['out of markup', query.replaceAll('&', '&amp;')],
    ['as search parameters', new URLSearchParams(query)],
    ['as a framework’s object', Object.fromEntries(new URLSearchParams(query))],
    ['in another letter case', query.replace('MaTTHCDP', 'matthcdp').replace('MaDVC', 'MADVC').replace('MaCoQuan', 'macoquan')],
    [
      'encoded twice',
      query.replaceAll(encodeURIComponent(TOKEN), encodeURIComponent(encodeURIComponent(TOKEN))).replaceAll('1.000894.', '1%252E000894.'),
    ],
    ['encoded as a whole', encodeURIComponent(`https://dichvucong.tinh.example.vn/nop?${query}`)],
    ['with everything twice', `${query}&${query}`],
  ])('%s leads to procedure, case, agency and way of signing in', (_, link) => {
    expect(resolved(link)).toEqual(expected)
  })
})

describe('which procedure', () => {
  test.each([
    ['as the province writes it', '1.001193.H99', birth],
    ['in the long form', '1.001193.000.00.00.H99', birth],
    ['bare, as most links since 2025', '1.001193', birth],
    ['in the short form', '1.000894.h99', marriage],
    ['a code of no form, that the province keeps', 'TTHC-17', ownNumber],
    ['a local serial with another national code', '3.900001.H99', support],
    ['a local procedure without a national code', '1.900009', unmatched],
  ])('MaTTHCDP %s decides', (_, code, { localCode }) => {
    const link = resolved({ MaTTHCDP: code })
    expect(link.procedure.localCode).toBe(localCode)
    expect(link.findings).toEqual([])
  })

  test('a local code that is not here is resolved by its national part, with a remark', () => {
    const link = resolved('MaTTHCDP=1.004203.H99&MaTTHC=1.004203')
    expect(link.procedure.localCode).toBe('TTHC-17')
    expect(rules(link)).toEqual(['local-code-unknown'])
  })

  test('the national code alone is enough where one procedure has it', () => {
    const link = resolved('MaTTHC=1.004203')
    expect(link.procedure.localCode).toBe('TTHC-17')
    expect(link.findings).toMatchObject([{ ruleId: 'deep-link.by-national-code', severity: 'info' }])
  })

  test.each(['MaTTHC=2.000815', 'MaTTHCDP=2.000815', 'MaTTHC=2.000815&MaDVC=2.000815.01'])(
    '%s: several procedures share it, and each is named',
    (query) => {
      const { reason, problem } = refusal(query)
      expect(reason).toBe('several-procedures')
      expect(problem.vi).toContain('2.000815.000.00.00.H99, 2.000815.H99')
    },
  )

  test('an unmatched procedure that carries the number, in the form of our province, is the one', () => {
    const unmatchedHere = entry('1.777777.H99', null, 'Chưa ánh xạ')
    const more = { local: (code: string) => (code === unmatchedHere.localCode ? unmatchedHere : undefined) }
    for (const query of ['MaTTHC=1.777777', 'MaTTHCDP=1.777777', 'MaTTHCDP=1.777777.000.00.00.H99'])
      expect(resolved(query, more).procedure).toEqual({ localCode: '1.777777.H99', nationalCode: null, name: 'Chưa ánh xạ' })
    const matchedElsewhere = {
      local: (code: string) => (code === unmatchedHere.localCode ? { ...unmatchedHere, nationalCode: '1.666666' } : undefined),
    }
    expect(refusal('MaTTHC=1.777777', matchedElsewhere).reason).toBe('national-code-unknown')
  })

  test('the local code says which of them', () => {
    expect(resolved('MaTTHC=2.000815&MaTTHCDP=2.000815.H99').procedure.name).toBe('Chứng thực bản sao (cấp xã)')
  })

  test('codes that disagree: MaTTHCDP decides, and the link says so', () => {
    const link = resolved('MaTTHC=1.001193&MaTTHCDP=1.000894.000.00.00.H99')
    expect(link.procedure.localCode).toBe('1.000894.000.00.00.H99')
    expect(link.findings).toMatchObject([{ ruleId: 'deep-link.codes-disagree', severity: 'warn', path: 'MaTTHC' }])
  })

  test('a local serial whose national twin MaTTHC names is no disagreement', () => {
    expect(resolved('MaTTHC=2.000777&MaTTHCDP=3.900001.H99').findings).toEqual([])
    expect(rules(resolved('MaTTHC=3.900001&MaTTHCDP=3.900001.H99'))).toEqual(['codes-disagree'])
  })

  test.each([
    ['nothing at all', '', 'no-procedure'],
    ['values that say nothing', 'MaTTHC=undefined&MaTTHCDP=null&vneid=1', 'no-procedure'],
    ['an unknown local code', 'MaTTHCDP=1.999999.H99', 'local-code-unknown'],
    ['an unknown local code against another national one', 'MaTTHCDP=1.999999.H99&MaTTHC=1.000894', 'codes-disagree'],
    ['a code of another province', 'MaTTHCDP=1.000894.H98', 'other-province'],
    ['a local code of no form that is not here', 'MaTTHCDP=xyz&MaTTHC=1.000894', 'local-code-unreadable'],
    ['an unmatched national code', 'MaTTHC=1.999999', 'national-code-unknown'],
    ['a national code of no form', 'MaTTHC=abc', 'national-code-unreadable'],
    ['two local codes', 'MaTTHCDP=1.000894.H99&MaTTHCDP=1.001193.H99', 'contradictory'],
    ['a file', 'ftp://example.vn/?MaTTHC=1.000894', 'unreadable'],
    ['ten thousand characters', `MaTTHC=1.000894&x=${'9'.repeat(10_000)}`, 'too-long'],
    ['a value of a thousand characters', { MaTTHC: '1'.repeat(1000) }, 'too-long'],
  ])('%s is refused, in both languages and with something to do', (_, query, reason) => {
    const told = refusal(query)
    expect(told.reason).toBe(reason)
    for (const text of [told.problem, told.hint]) expect([text.en, text.vi].every((one) => one.length > 10 && !/[{}]/.test(one))).toBe(true)
  })

  test('after a merger codes of the former provinces are ours', () => {
    expect(resolved('MaTTHCDP=1.000894.H98', { agencyCode: ['H99', '000.00.00.H98'] }).procedure.localCode).toBe(marriage.localCode)
  })
})

describe('which case', () => {
  test.each([
    ['1.000894.01', '1.000894.01'],
    ['1.000894.H99.01', '1.000894.01'],
    ['1.000894.02', '1.000894.000.00.00.H99.02'],
  ])('%s is the case that the catalogue writes as %s', (written, code) => {
    expect(resolved({ MaTTHCDP: marriage.localCode, MaDVC: written }).serviceCase?.code).toBe(code)
  })

  test('where the cases are not known the number is taken', () => {
    expect(resolved({ MaTTHCDP: birth.localCode, MaDVC: '1.001193.07' }).serviceCase).toEqual({ code: '1.001193.07', name: null })
  })

  test('a case that the procedure does not have is left open', () => {
    const link = resolved({ MaTTHCDP: marriage.localCode, MaDVC: '1.000894.09' })
    expect(link.serviceCase).toBeNull()
    expect(rules(link)).toEqual(['service-unknown'])
  })

  test('a case of another procedure is refused: the dossier would count there', () => {
    expect(refusal({ MaTTHCDP: marriage.localCode, MaDVC: '1.001193.01' }).reason).toBe('service-of-another-procedure')
  })

  test('a link with a case alone names its procedure', () => {
    const link = resolved('MaDVC=1.000894.01')
    expect(link).toMatchObject({ procedure: { localCode: marriage.localCode }, serviceCase: { code: '1.000894.01' } })
    expect(rules(link)).toEqual(['by-service-code'])
  })

  test('an unreadable case is left open', () => {
    expect(rules(resolved('MaTTHC=1.000894&MaDVC=1'))).toEqual(['service-unreadable', 'by-national-code'])
  })
})

describe('which agency', () => {
  const at = (agency: string, more: Partial<DeepLinkContext> = {}) => resolved({ MaTTHCDP: birth.localCode, MaCoQuanThucHien: agency }, more)

  test('either form of its code names it', () => {
    expect(at('000.00.242.H99').agency).toBeNull()
    expect(at('242.00.00.H99', { agency: (code) => (code === 'H99.00.00.242' ? { code, name: null } : undefined) }).agency?.code).toBe(
      'H99.00.00.242',
    )
    expect(at('h99.242').agency).toEqual({ code: 'H99.242', name: 'UBND xã Mẫu' })
  })

  test.each([
    ['H99.777', 'agency-unknown'],
    ['H98.242', 'agency-elsewhere'],
    ['Sở Mẫu', 'agency-unreadable'],
  ])('%s is left open, and the link says why', (agency, rule) => {
    const link = at(agency)
    expect(link.agency).toBeNull()
    expect(rules(link)).toEqual([rule])
  })

  test('without a list of agencies any of ours is taken, and no other', () => {
    const bare: DeepLinkContext = { local: context.local, byNational: context.byNational, agencyCode: 'H99' }
    const query = (agency: string) => parseDeepLink({ MaTTHCDP: birth.localCode, MaCoQuanThucHien: agency }, bare)
    expect(query('H99.777')).toMatchObject({ ok: true, value: { agency: { code: 'H99.777', name: null } } })
    expect(query('H98.777')).toMatchObject({ ok: true, value: { agency: null } })
  })
})

describe('who comes', () => {
  const login = (query: string) => resolved(`MaTTHCDP=${birth.localCode}&${query}`)

  test.each([
    ['vneid=1', 'vneid'],
    ['vnconnect=1', 'vnconnect'],
    ['VNeID=true&vnconnect=1', 'vneid'],
    ['vneid=0', null],
    ['', null],
  ])('%s: %s', (query, expected) => {
    expect(login(query).login).toBe(expected)
  })

  test('the token is base64 of a GUID, as text or as bytes', () => {
    const bytes = Buffer.from(GUID.replaceAll('-', ''), 'hex').toString('base64')
    for (const token of [TOKEN, bytes]) expect(login(`MDT=${encodeURIComponent(token)}`).citizenToken).toBe(token)
    // Sent without encoding: the plus sign becomes a space.
    const plus = Buffer.from('fbefbefbefbefbefbefbefbefbefbefb', 'hex').toString('base64')
    expect(plus).toContain('+')
    expect(login(`MDT=${plus}`).citizenToken).toBe(plus)
  })

  test.each(['099090000001', 'Nguyễn Văn Mẫu', '<script>', 'AAAA'])('any other token is left out and not repeated: %s', (token) => {
    const link = login(`MDT=${encodeURIComponent(token)}`)
    expect(link.citizenToken).toBeNull()
    expect(rules(link)).toEqual(['token-unreadable'])
    expect(JSON.stringify(link.findings)).not.toContain(token)
  })
})

test('what is no code is not repeated in what we say', () => {
  for (const hostile of ['1.000894.<script>', '1.000894.Nguyễn Văn Mẫu', '099090000001']) {
    const told = refusal({ MaTTHCDP: hostile, MaTTHC: '1.001193' })
    expect(JSON.stringify(told)).not.toContain(hostile)
  }
})

test('whatever comes, nothing is thrown', () => {
  const names = fc.constantFrom('MaTTHC', 'MaTTHCDP', 'MaCoQuanThucHien', 'MaDVC', 'vneid', 'MDT', '__proto__', 'x')
  const values = fc.oneof(fc.string({ unit: 'binary' }), fc.anything(), fc.constantFrom('%', '%E0%A4%A', '%25%32%35', '1.000894', '\ud800'))
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl({ withQueryParameters: true }),
    fc.array(fc.tuple(names, fc.string({ unit: 'binary' }))).map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&')),
    fc.array(fc.tuple(names, values)).map((pairs) => Object.fromEntries(pairs)),
    fc.anything(),
  )
  fc.assert(
    fc.property(hostile, (query) => {
      const link = parseDeepLink(query as string, context)
      if (link.ok) expect(all.map(({ localCode }) => localCode)).toContain(link.value.procedure.localCode)
      else expect(link.problem.vi).not.toBe('')
    }),
    { numRuns: 500 },
  )
})

test('a link that we build leads back to what it was built from', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.option(fc.constantFrom('H99.242')),
      fc.option(fc.stringMatching(/^\d{2}$/)),
      fc.option(fc.constantFrom('vneid' as const, 'vnconnect' as const)),
      (procedure, agencyCode, number, login) => {
        const base = procedure.nationalCode ?? procedure.localCode
        const service = number === null ? null : `${base}.${number}`
        const link = parseDeepLink(deepLink(procedure, { agencyCode, service, login }), { ...context, services: () => null })
        expect(link).toMatchObject({
          ok: true,
          value: {
            procedure: { localCode: procedure.localCode, nationalCode: procedure.nationalCode, name: procedure.name },
            serviceCase: service === null ? null : { code: service },
            agency: agencyCode === null ? null : { code: agencyCode },
            login,
            findings: [],
          },
        })
      },
    ),
  )
})

test.each(['none', 'conflict', 'suggest'] as const)(
  'a number about which somebody looked and said otherwise (%s) leads no citizen to its procedure',
  (withheld) => {
    const doubted = { ...entry('1.000354.H99', null, 'Thủ tục mang nhầm mã'), withheld }
    const local = (code: string) => (code === doubted.localCode ? doubted : undefined)
    expect(refusal('MaTTHC=1.000354', { local, byNational: () => [] }).reason).not.toContain('resolved')
    expect(
      resolved('MaTTHC=1.000354', {
        local: (code) => (code === doubted.localCode ? entry(doubted.localCode, null, 'Mẫu') : undefined),
        byNational: () => [],
      }),
    ).toBeDefined()
    // By its own code it is still found.
    expect(resolved('MaTTHCDP=1.000354.H99', { local }).procedure.localCode).toBe('1.000354.H99')
  },
)
