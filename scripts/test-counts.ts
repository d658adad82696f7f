/** Sums vitest's JSON reports, named as arguments, into the line `N passed, N failed`. A test file that could not be loaded counts as one failure. */
import { readFileSync } from 'node:fs'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[]
}

const reports = process.argv.slice(2).map((file): Report => JSON.parse(readFileSync(file, 'utf8')))
const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0)
const unloadable = ({ testResults }: Report) =>
  testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length

const passed = sum((report) => report.numPassedTests)
const failed = sum((report) => report.numFailedTests + unloadable(report))
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0 || passed === 0) process.exitCode = 1
