import { describe, expect, test } from 'vitest'
import { sqlFailure } from '../../../src/transport/index.js'

const context = { system: 'td-mssql', operation: 'changed dossiers', place: 'td.example.vn' }
const told = (error: unknown) => sqlFailure(error, context)
const failed = (fields: object, message = 'Nguyễn Văn Mẫu 099090000001') => Object.assign(new Error(message), fields)

describe('what an error of a database means', () => {
  test.each([
    ['SQL Server refuses the login', { code: 'ELOGIN', number: 18456 }, 'sql.login_refused'],
    ['PostgreSQL refuses the login', { code: '28P01' }, 'sql.login_refused'],
    ['SQL Server grants no such right', { number: 229 }, 'sql.no_right'],
    ['PostgreSQL grants no such right', { code: '42501' }, 'sql.no_right'],
    ['a deadlock', { number: 1205 }, 'sql.busy'],
    ['a lock that is held', { number: 1222 }, 'sql.busy'],
    ['a statement that takes too long', { code: 'ETIMEOUT' }, 'sql.busy'],
    ['no server at the address', { code: 'ESOCKET' }, 'sql.unreachable'],
    ['a server that shuts down', { code: '57P01' }, 'sql.unreachable'],
    ['a connection cut off', { code: 'ECONNRESET' }, 'sql.unreachable'],
    ['anything else', { number: 8115 }, 'sql.failed'],
  ])('%s', (_, fields, code) => {
    expect(told(failed(fields))).toMatchObject({ code, system: 'td-mssql', operation: 'changed dossiers', hop: 'source' })
  })

  test('the name of a missing column is told, with what to write into the configuration', () => {
    const error = told(failed({ number: 207 }, "Invalid column name 'HoSoCoThanhPhanSoHo'."))
    expect(error.text.en).toContain('HoSoCoThanhPhanSoHo')
    expect(error.hint).toContain('withoutColumns')
  })

  test('what a message quotes of a row is not repeated', () => {
    const error = told(
      failed({ number: 245 }, "Conversion failed when converting the nvarchar value 'Nguyễn Văn Mẫu 099090000001' to data type int."),
    )
    expect(JSON.stringify([error.message, error.text, error.hint])).not.toMatch(/Nguyễn|099090000001/)
  })

  test('a cause behind the error decides where the error itself says nothing', () => {
    expect(told(new AggregateError([failed({ code: 'ECONNREFUSED' })], 'all addresses failed'))).toMatchObject({ code: 'sql.unreachable' })
  })
})
