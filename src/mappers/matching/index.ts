export type { MatchDecision } from './decide.js'
export { evaluateMatching, type MatchingEvaluation, subjectOfLine } from './evaluate.js'
export { type Match, type MatchCandidate, type MatchSubject, type ProcedureMatcher, procedureMatcher, subjectOf } from './matcher.js'
