/** The promises of a source, tried on ours: `node --test land.test.ts`. In vitest it is the same loop. */
import { after, test } from 'node:test'
import { sourceCases } from 'lienthong/testing'
import land from './land.ts'
import { startLandOffice, TOKEN } from './land-office.ts'

let office = await startLandOffice()
after(() => office.stop())

/** Each case gets an office of its own. */
async function world() {
  await office.stop()
  office = await startLandOffice()
  return office.world
}

const open = () =>
  land.open({
    settings: { url: office.url, token: TOKEN },
    agencyCode: '000.00.00.H99',
    // A test need not wait as a pass would.
    transport: { retry: { attempts: 1 } },
  })

for (const { name, run } of sourceCases({ open, world })) test(name, async (context) => void (await run(context)))
