import { describe, expect, test } from 'vitest'
import { isLienthongError } from '../../../src/base/index.js'
import { entryOf, loadDefaults, parseCodeTables, products, textEntryOf } from '../../../src/mappers/index.js'

describe('defaults', () => {
  test.each([
    ['new', 1],
    ['receiving', 1],
    ['collecting', 2],
    ['processing', 4],
    ['handover', 4],
    ['interoperating', 4],
    ['waiting', 5],
    ['correcting', 5],
    ['paying', 6],
    ['cancelling', 7],
    ['cancelled', 7],
    ['unresolved', 8],
    ['pausing', 8],
    ['releasing', 9],
    ['posting', 9],
    ['done', 10],
    ['denied', 3],
  ])('OpenCPS %s is %i (contracts/provincial-sources.md §4.6, column “default”)', (status, national) => {
    expect(entryOf(loadDefaults('opencps-v2').status, status)).toBe(national)
  })

  test('no product says which action makes which status', () => {
    for (const product of products) expect(loadDefaults(product).actions).toEqual({})
  })

  test('register statuses are the national terms, in any case, spacing and Unicode form', () => {
    const { statusText } = loadDefaults('file-csv')
    expect(textEntryOf(statusText, '  ĐANG  xử lý '.normalize('NFD'))).toBe(4)
    expect(textEntryOf(statusText, 'Yêu cầu bổ sung giấy tờ')).toBe(5)
    expect(textEntryOf(statusText, 'Đang chờ')).toBeUndefined()
  })

  test('a value without a row has none, whatever JavaScript keeps in its objects', () => {
    const { status } = loadDefaults('opencps-v2')
    expect(['constructor', '__proto__', 'toString', '', ' '].map((key) => entryOf(status, key))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a province’s file', () => {
  const yaml = `
product: opencps-v2
status:
  posting: null
  archived: 10
subStatus: { processing_2: 6 }
actions: { 0100: 2, '8100': 10 }
wire:
  identity: { tax-code: '3' }
`
  const tables = parseCodeTables(yaml, 'tables.yaml')

  test('overrides, extends and removes rows of the defaults', () => {
    expect(entryOf(tables.status, 'archived')).toBe(10)
    expect(entryOf(tables.status, 'posting')).toBeUndefined()
    expect(entryOf(tables.status, 'done')).toBe(10)
    expect(tables.wire.identity).toEqual({ 'personal-number': '1', 'old-id-card': '2', 'tax-code': '3' })
  })

  test('keeps codes as texts: 0100 is not 100', () => {
    expect(entryOf(tables.actions, '0100')).toBe(2)
  })

  test('reads the same from YAML, JSON text and a value', () => {
    const value = { status: { archived: 10 } }
    const versions = [value, JSON.stringify(value), 'status: { archived: 10 }'].map((source) => parseCodeTables(source, 't', 'opencps-v2').version)
    expect(new Set(versions).size).toBe(1)
  })

  test('has a version that changes with its content and with nothing else', () => {
    expect(parseCodeTables('status: { a: 1, b: 2 }', 't').version).toBe(parseCodeTables('# same\nstatus: { b: 2, a: 1 }', 'u').version)
    expect(parseCodeTables('status: { a: 1 }', 't').version).not.toBe(parseCodeTables('status: { a: 2 }', 't').version)
  })

  test('an empty file is the defaults', () => {
    expect(parseCodeTables('', 't', 'opencps-v2').version).toBe(loadDefaults('opencps-v2').version)
  })
})

describe('mistakes name the key', () => {
  test.each([
    ['statsu: {}', 'statsu', '“status”'],
    ['wire: { chanel: {} }', 'chanel', '“channel”'],
    ['wire: { identity: { taxcode: "3" } }', 'taxcode', '“tax-code”'],
    ['fields: { MaHoso: never }', 'MaHoso', '“MaHoSo”'],
  ])('%s', (source, key, nearest) => {
    const error = thrownBy(() => parseCodeTables(source, 'tables.yaml'))
    expect(error.code).toBe('config.unknown_key')
    expect(error.values).toMatchObject({ key })
    expect(error.message).toContain(nearest)
  })

  test.each([
    ['status: { new: first }', 'tables.yaml: status.new'],
    ['status: { new: 100 }', 'tables.yaml: status.new'],
    ['channels: { a: web }', 'tables.yaml: channels.a'],
    ['agencies: { a: { code: H14 } }', 'tables.yaml: agencies.a.name'],
  ])('%s', (source, place) => {
    const error = thrownBy(() => parseCodeTables(source, 'tables.yaml'))
    expect(error).toMatchObject({ code: 'config.invalid', values: { place } })
  })

  test('a file that is no YAML says so', () => {
    expect(thrownBy(() => parseCodeTables('status: {', 'tables.yaml')).code).toBe('config.file_unreadable')
    expect(thrownBy(() => parseCodeTables('status: {}\nstatus: {}', 'tables.yaml')).code).toBe('config.file_unreadable')
  })
})

function thrownBy(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (isLienthongError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
