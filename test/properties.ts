/**
 * Property tests draw from one seed, so that a run that fails does so again. Others are tried by `LIENTHONG_SEED=random npx vitest run <file>`, or with
 * the number that fast-check names when it finds something.
 */
import { randomInt } from 'node:crypto'
import { configureGlobal } from 'fast-check'

const SEED = 20_261_001
const wanted = process.env.LIENTHONG_SEED

configureGlobal({ seed: wanted === 'random' ? randomInt(2 ** 31) : Number(wanted ?? SEED) })
