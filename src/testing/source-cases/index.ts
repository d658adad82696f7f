/** The promises of the port `DossierSource`, each as a test that a source can fail. */
import { BrokenPromise, type CaseDefinition, NotRun, type SourceCase, type SourceCasesOptions } from './case.js'
import { cursorCases } from './cursors.js'
import { markCases } from './marks.js'
import { recordCases } from './records.js'
import { troubleCases } from './troubles.js'

export { BrokenPromise, type CaseOutcome, type Eventually, type SourceCase, type SourceCasesOptions, type SourceWorld } from './case.js'

const LARGEST_BATCH = 1000
const PATIENCE_MS = 5000

/**
 * The cases of a source, to loop over in a test runner. Each opens the source anew. What a case needs and is not given, it says through
 * the runner's `skip`, so that nothing is passed over in silence.
 *
 * @example for (const { name, run } of sourceCases({ open, world })) test(name, (context) => run(context))
 */
export function sourceCases(options: SourceCasesOptions): readonly SourceCase[] {
  return [...recordCases, ...cursorCases, ...troubleCases, ...markCases].map((definition) => sourceCase(definition, options))
}

function sourceCase({ name, needs = [], body }: CaseDefinition, options: SourceCasesOptions): SourceCase {
  return {
    name,
    needs,
    async run(context) {
      const world = (typeof options.world === 'function' ? await options.world() : options.world) ?? {}
      const found: string[] = []
      try {
        const missing = needs.filter((need) => world[need] === undefined)
        if (missing.length > 0) throw new NotRun(`it needs ${missing.map((need) => `\`${need}\``).join(' and ')} of the world`)
        await body({
          open: async () => options.open(),
          world,
          largestBatch: options.largestBatch ?? LARGEST_BATCH,
          patienceMs: options.patienceMs ?? PATIENCE_MS,
          broken: (how) => found.push(how),
          notRun(why) {
            throw new NotRun(why)
          },
        })
      } catch (thrown) {
        if (!(thrown instanceof NotRun)) throw thrown
        if (found.length === 0) {
          skipIn(context, thrown.message)
          return { notRun: thrown.message }
        }
      }
      if (found.length > 0) throw new BrokenPromise(name, found)
      return 'kept'
    },
  }
}

/** vitest and node:test both have it, under this name. */
function skipIn(context: unknown, why: string): void {
  const { skip } = (context ?? {}) as { readonly skip?: unknown }
  if (typeof skip === 'function') Reflect.apply(skip, context, [why])
}
