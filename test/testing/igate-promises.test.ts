import { describe, test } from 'vitest'
import { sourceCases } from '../../src/testing/index.js'
import { paperIgate } from '../sync/sources/paper-igate.js'

describe.each([
  ['with totals', { paging: 'page' as const, pageSize: 3 }],
  ['without totals', { paging: 'slice' as const, pageSize: 3 }],
  ['in one page', { pageSize: 500 }],
])('iGate, %s, keeps the promises of a source', (_, options) => {
  let paper: Awaited<ReturnType<typeof paperIgate>> | undefined
  const world = async () => {
    paper = await paperIgate(11)
    paper.script.totals = !('paging' in options) || options.paging === 'page'
    return paper.world
  }
  const open = () => (paper ?? raise()).source(options)
  for (const { name, run } of sourceCases({ open, world })) test(name, (context) => run(context))
})

function raise(): never {
  throw new Error('a case opens the source in a world of its own')
}
