/** `--help`: plain text, the same on a terminal and in a pipe. */
import type { ArgDef, ArgsDef, CommandDef } from 'citty'
import { descriptionOf, sharedArgs } from './command.js'
import { kebab } from './options.js'

const EXIT_CODES =
  'exit codes: 0 done · 1 done, but some records failed · 2 wrong usage or configuration · 3 a system could not be reached\n  4 internal error, or the ledger is locked or unreadable · 130 interrupted, state saved'

/** @param path the words that lead to the command, without `lienthong`. */
export async function helpText(def: CommandDef, path: readonly string[]): Promise<string> {
  const called = ['lienthong', ...path].join(' ')
  const meta = await settled(def.meta)
  const blocks = [meta?.description ?? '']
  const subCommands = await settled(def.subCommands)
  if (subCommands) {
    const rows: [string, string][] = []
    for (const [name, lazy] of Object.entries(subCommands)) {
      const sub = await settled(lazy)
      if (!sub) continue
      const below = Object.keys((await settled(sub.subCommands)) ?? {})
      rows.push([below.length > 0 ? `${name} ${below.join('|')}` : name, (await settled(sub.meta))?.description ?? ''])
    }
    blocks.push(`usage: ${called} <command> [options]`, `commands:\n${table(rows)}`, `More about one: ${called} <command> --help`)
    if (path.length === 0) blocks.push(`every command takes:\n${table(optionRows(sharedArgs))}`, EXIT_CODES)
  } else {
    const description = descriptionOf(def)
    const own = description?.args ?? {}
    const words = Object.entries(own).flatMap(([name, { type, required }]) =>
      type === 'positional' ? [required === false ? `[${name}…]` : name.toUpperCase()] : [],
    )
    const needed = Object.entries(own).flatMap(([name, arg]) => (arg.type === 'string' && arg.required ? [optionName(name, arg)] : []))
    blocks.push(`usage: ${[called, ...needed, ...words, '[options]'].join(' ')}`)
    if (Object.keys(own).length > 0) blocks.push(table([...positionalRows(own), ...optionRows(own)]))
    blocks.push(`every command takes:\n${table(optionRows(sharedArgs))}`, [EXIT_CODES, ...(description?.remarks ?? [])].join('\n'))
  }
  return `${blocks.join('\n\n')}\n`
}

function positionalRows(args: ArgsDef): [string, string][] {
  return Object.entries(args).flatMap(([name, { type, description }]) =>
    type === 'positional' ? [[name.toUpperCase(), description ?? ''] as [string, string]] : [],
  )
}

function optionRows(args: ArgsDef): [string, string][] {
  return Object.entries(args).flatMap(([name, arg]) => {
    if (arg.type === 'positional') return []
    const standard = arg.default === undefined ? '' : ` (default: ${arg.default})`
    return [[optionName(name, arg), `${arg.description ?? ''}${standard}`] as [string, string]]
  })
}

function optionName(name: string, arg: ArgDef): string {
  return `--${kebab(name)}${arg.type === 'string' ? ` ${arg.valueHint ?? 'VALUE'}` : ''}`
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, says]) => `  ${name.padEnd(width)}  ${says}`).join('\n')
}

export async function settled<T>(value: T | Promise<T> | (() => T | Promise<T>) | undefined): Promise<T | undefined> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value
}
