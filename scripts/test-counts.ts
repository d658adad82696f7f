/**
 * Sums vitest's JSON reports, named as arguments, into the line `N passed, N failed`. Before it stand the tests that failed, each with the first
 * lines of its reason: whoever sees only the end of a log can act on it. A test file that could not be loaded counts as one failure.
 */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string; readonly failureMessages: readonly string[] }[]
  }[]
}

const LINES_OF_A_REASON = 12

const reports = process.argv.slice(2).map((file): Report => JSON.parse(readFileSync(file, 'utf8')))
const files = reports.flatMap(({ testResults }) => testResults)
const unloadable = files.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)

const failures = [
  ...unloadable.map(({ name, message }) => ({ file: name, test: 'could not be loaded', reason: message })),
  ...files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({ file: name, test: fullName, reason: failureMessages.join('\n') })),
  ),
]
for (const { file, test, reason } of failures) {
  console.log(`FAILED: ${relative(process.cwd(), file)}: ${test}`)
  for (const line of reason.split('\n').slice(0, LINES_OF_A_REASON)) console.log(`    ${line}`)
}

const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0)
const passed = sum(({ numPassedTests }) => numPassedTests)
const failed = sum(({ numFailedTests }) => numFailedTests) + unloadable.length
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0 || passed === 0) process.exitCode = 1
