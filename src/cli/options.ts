/** Options as they were typed. citty ignores what it does not know; a misspelt --limit must not send everything. */
import type { ArgsDef } from 'citty'
import { LienthongError, nearestKey, type Text } from '../base/index.js'

/** `maxChanges` is typed `--max-changes`; both are understood. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** @throws {LienthongError} `usage.invalid` for an option that is unknown, has no value, or contradicts itself. */
export function checkOptions(args: ArgsDef, rawArgs: readonly string[], repeatable: readonly string[] = []): void {
  const options = Object.entries(args).filter(([, { type }]) => type !== 'positional')
  const names = options.map(([name]) => kebab(name))
  const seen = new Set<string>()
  for (const { name, value } of typed(rawArgs, args)) {
    const [known, arg] = options.find(([option]) => kebab(option) === kebab(name)) ?? []
    if (known === undefined || arg === undefined) {
      const near = nearestKey(kebab(name), names)
      throw refusal({
        en: `there is no option --${name}${near === undefined ? '' : `; did you mean --${near}?`}`,
        vi: `không có tùy chọn --${name}${near === undefined ? '' : `; ý bạn là --${near}?`}`,
      })
    }
    const shown = `--${kebab(known)}`
    if (arg.type === 'string' && !value) throw refusal({ en: `${shown} needs a value`, vi: `${shown} cần một giá trị` })
    if (arg.type === 'boolean' && value !== undefined) throw refusal({ en: `${shown} takes no value`, vi: `${shown} không nhận giá trị` })
    if (arg.type === 'string' && seen.has(known) && !repeatable.includes(known))
      throw refusal({ en: `${shown} is given twice`, vi: `${shown} xuất hiện hai lần` })
    seen.add(known)
  }
}

/** Every value of one option, in the order typed. */
export function givenValues(rawArgs: readonly string[], option: string): readonly string[] {
  const args: ArgsDef = { [option]: { type: 'string' } }
  return typed(rawArgs, args).flatMap(({ name, value }) => (kebab(name) === kebab(option) && value ? [value] : []))
}

/** `--name`, `--name value` and `--name=value`. Whether a word behind an option is its value depends on the option. */
function typed(rawArgs: readonly string[], args: ArgsDef): readonly { readonly name: string; readonly value: string | undefined }[] {
  const end = rawArgs.indexOf('--')
  const words = end < 0 ? rawArgs : rawArgs.slice(0, end)
  const takesValue = (name: string) => Object.entries(args).some(([option, { type }]) => type === 'string' && kebab(option) === kebab(name))
  const found: { name: string; value: string | undefined }[] = []
  for (let index = 0; index < words.length; index++) {
    const [, name, , inline] = /^--?([^=]+)(=(.*))?$/s.exec(words[index] ?? '') ?? []
    if (name === undefined) continue
    const next = words[index + 1]
    const follows = inline === undefined && takesValue(name) && next !== undefined && !next.startsWith('--')
    found.push({ name, value: follows ? next : inline })
    if (follows) index++
  }
  return found
}

function refusal(problem: Text): LienthongError {
  return new LienthongError('usage.invalid', { values: { problem } })
}
