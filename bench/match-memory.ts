/** Matches once, alone, and prints the most memory that the process ever held, in megabytes. */
import { procedureMatcher } from 'lienthong/mappers'
import { madeUpCatalogues } from './made-up-procedures.ts'

const { national, local } = madeUpCatalogues()
const matcher = procedureMatcher(national)
for (const { subject } of local) matcher.match(subject)
console.log(Math.ceil(process.resourceUsage().maxRSS / 1024))
