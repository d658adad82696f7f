import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { igateCreated, igateIntake, igateProgress, igateState } from '../../src/connectors/igate-adapter/wire.js'
import { inspectFiles } from '../../src/mappers/index.js'

const folder = join(process.env.LIENTHONG_SHARED ?? '../shared', 'contracts/examples')
const bytes = readFileSync(join(folder, 'source-igate-writeback.json'))
const example = JSON.parse(bytes.toString('utf8'))

test('the messages of the contract pass our outward schemas as they are', () => {
  expect(igateIntake.parse(example.create)).toEqual(example.create)
  expect(example.progress.map((row: unknown) => igateProgress.parse(row))).toEqual(example.progress)
  expect(example.state.map((row: unknown) => igateState.parse(row))).toEqual(example.state)
  expect(igateCreated.parse(example.createAnswer.data)).toBe('66f000000000000000000007')
})

test('they are outgoing messages and never read as dossiers', async () => {
  const { dossiers, procedures, problems } = await inspectFiles({ dialect: 'igate2', files: [{ name: 'writeback.json', bytes }] })
  expect({ dossiers, procedures }).toEqual({ dossiers: [], procedures: [] })
  expect(problems).toMatchObject([{ where: 'writeback.json', rule: 'file.unrecognised', severity: 'error' }])
})

test('a page of the catalogue alone is two procedures with their national codes', async () => {
  const { dossiers, procedures } = await inspectFiles({
    dialect: 'igate2',
    files: [{ name: 'p.json', bytes: readFileSync(join(folder, 'source-igate-procedures.json')) }],
  })
  expect(dossiers).toEqual([])
  expect(procedures.map(({ localCode, nationalCode }) => [localCode, nationalCode])).toEqual([
    ['1.001612.000.00.00.H99', '1.001612'],
    ['2.000815.000.00.00.H99', '2.000815'],
  ])
})
