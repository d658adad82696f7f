import type { Procedure } from '../domain/index.js'

/**
 * What comparing and matching need of a national procedure, without its long texts: thousands are held at once, and steps, legal bases and
 * requirements are most of each.
 */
export function briefProcedure(procedure: Procedure): Procedure {
  return {
    ...procedure,
    processes: null,
    documents: procedure.documents?.map((one) => ({ ...one, documents: one.documents.map((paper) => ({ ...paper, forms: [] })) })) ?? null,
    legalBases: null,
    subjects: null,
    subjectsText: null,
    receptionAddress: null,
    requirements: null,
    keywords: null,
    description: null,
  }
}
