import { describe, expect, test } from 'vitest'
import { inspectFiles } from '../../../src/mappers/index.js'

const inspect = (dialect: string, content: string) => inspectFiles({ dialect, files: [{ name: 'saved', bytes: Buffer.from(content, 'latin1') }] })

const dialects = ['opencps-v2', 'igate2', 'td-mssql', 'wcf-motcua', 'lgsp-msync', 'hcm-lgsp', 'ndjson']

describe.each(dialects)('a file that is nothing for %s is told by what it is, once', (dialect) => {
  test.each([
    ['nothing', '', /empty/, /rỗng/],
    ['blank lines', '\r\n\r\n', /empty/, /rỗng/],
    ['a workbook', 'PK\x03\x04 rest', /workbook/, /Excel/],
    ['a workbook with a password', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest', /old Excel file or protected by a password/, /mật khẩu/],
    ['a picture', '\x89PNG\r\n\x1a\n\r\n rest\r\nrest', /no text/, /không phải văn bản/],
  ])('%s', async (_, content, en, vi) => {
    const { dossiers, problems } = await inspect(dialect, content)
    expect(dossiers).toEqual([])
    expect(problems).toMatchObject([{ where: 'saved', severity: 'error', why: { en: expect.stringMatching(en), vi: expect.stringMatching(vi) } }])
  })
})

test('why an office file is refused is said in Vietnamese, too', async () => {
  const { problems } = await inspect('file-xlsx', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest')
  expect(problems[0]?.why).toMatchObject({ en: expect.stringContaining('save it as .xlsx'), vi: expect.stringContaining('lưu lại dạng .xlsx') })
})

test('a document inside a SOAP envelope is a document', async () => {
  const document = '<MSyncDocument><DocTypeCode>1.001612</DocTypeCode><DocCode>H99-1</DocCode><CitizenName>A</CitizenName></MSyncDocument>'
  const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${document}</s:Body></s:Envelope>`
  expect((await inspect('lgsp-msync', envelope)).dossiers).toEqual((await inspect('lgsp-msync', document)).dossiers)
  expect((await inspect('lgsp-msync', document)).dossiers).toHaveLength(1)
})

test('markup inside a record makes no page of a file', async () => {
  const line = '{"localCode":"H99-1","note":"<table><tr><td>x</td></tr></table>"}'
  expect((await inspect('ndjson', `${line}\n${line.replace('H99-1', 'H99-2')}`)).dossiers).toHaveLength(2)
  const table = 'Id,MaHoSo,ChuHoSo,GhiChu\n1,H99-1,A,<table><tr><td>x</td></tr></table>'
  expect((await inspect('td-mssql', table)).dossiers).toHaveLength(1)
  const document = '<MSyncDocument><DocCode>H99-1</DocCode><CitizenName>A</CitizenName><Note><![CDATA[<table ><tr>]]></Note></MSyncDocument>'
  expect((await inspect('lgsp-msync', document)).dossiers).toHaveLength(1)
})
