import { readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { document, lienthong } from './command-line.js'
import { file, installedProvince } from './installed-province.js'

describe('ledger migrate on a ledger in a file', () => {
  test('creates it, and says that every command that writes does the same', async () => {
    const province = await installedProvince({ dossiers: 1 })
    expect((await document(['ledger', 'migrate'], province)).json).toMatchObject({ kind: 'sqlite', from: 0 })
    const { out, code } = await lienthong(['ledger', 'migrate', '--lang', 'en'], province)
    expect(code).toBe(0)
    expect(out).toMatch(/nothing to do[\s\S]*every command that writes/)
  })
})

describe('ledger export and import', () => {
  test('without a ledger there is nothing to export, and none is made', async () => {
    const province = await installedProvince({ dossiers: 1 })
    const { json, code } = await document(['ledger', 'export', '--to', 'out.ndjson'], province)
    expect([code, json.error?.code]).toEqual([4, 'ledger.missing'])
    expect(readdirSync(province.folder).filter((name) => /\.db|ndjson$/.test(name))).toEqual([])
  })

  test('a file that exists is left alone; a word for it is needed', async () => {
    const province = await installedProvince({ dossiers: 1 })
    await lienthong(['ledger', 'migrate'], province)
    writeFileSync(file(province, 'out.ndjson'), '')
    expect((await document(['ledger', 'export', '--to', 'out.ndjson'], province)).json.error).toMatchObject({ code: 'usage.invalid' })
    expect((await document(['ledger', 'export'], province)).json.error).toMatchObject({ code: 'usage.invalid' })
  })

  test('from one file to another, told by its rows; another kind of file is refused by its line', async () => {
    const province = await installedProvince({ dossiers: 6 })
    await lienthong(['sync', 'run'], province)
    const exported = await document(['ledger', 'export', '--to', 'out.ndjson'], province)
    province.configure((config) => {
      config.ledger.url = 'sqlite:./second.db'
    })
    writeFileSync(file(province, 'other.ndjson'), '{"localCode":"1"}\n')
    const refused = await document(['ledger', 'import', '--from', 'other.ndjson'], province)
    expect([refused.code, refused.json.error?.code]).toEqual([4, 'ledger.export_damaged'])
    const imported = await document(['ledger', 'import', '--from', 'out.ndjson'], province)
    expect(imported.json.tables).toEqual(exported.json.tables)
    expect((await document(['status'], province)).json).toMatchObject({ tenants: [{ workers: null }] })
  })
})
