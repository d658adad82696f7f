/** docs/configuration.md and docs/commands.md say all that can be set, and their examples work. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { descriptionOf } from '../../src/cli/command.js'
import { root } from '../../src/cli/commands/root.js'
import { settled } from '../../src/cli/help.js'
import { kebab } from '../../src/cli/options.js'
import { configSchema } from '../../src/config/index.js'
import { fromDossierRow, parseAgencies, parseCodeTables, procedureDirectory, procedureLines } from '../../src/mappers/index.js'
import { registerFields, tablesInput } from '../../src/mappers/tables/schema.js'
import { ownershipRule, scopeRule } from '../../src/sync/index.js'

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const configuration = page('configuration.md')
const commands = page('commands.md')

/** Every name of a key below a schema, wherever it stands. */
function keysOf(schema: z.ZodType): ReadonlySet<string> {
  const keys = new Set<string>()
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit)
    if (typeof part !== 'object' || part === null) return
    const { properties, ...rest } = part as { properties?: Record<string, unknown> }
    for (const [key, below] of Object.entries(properties ?? {})) {
      keys.add(key)
      visit(below)
    }
    Object.values(rest).forEach(visit)
  }
  visit(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))
  return keys
}

const mentions = (text: string, key: string) => new RegExp(`(?<![\\w-])${key}(?![\\w-])`).test(text)

function block(language: string, containing: string): string {
  const blocks = [...configuration.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, content]) => content ?? '')
  const found = blocks.find((content) => content.includes(containing))
  if (found === undefined) throw new Error(`no ${language} block with ${containing}`)
  return found
}

describe('docs/configuration.md', () => {
  test('names every key of the configuration', () => {
    const keys = [...keysOf(configSchema)]
    expect(keys).toEqual(expect.arrayContaining(['ledger', 'concurrency', 'maxRetryAfterMs', 'receivedBefore', 'passphrase']))
    expect(keys.filter((key) => !mentions(configuration, key))).toEqual([])
  })

  test('names every code table and every field of a register', () => {
    const tables = Object.keys(tablesInput.shape)
    expect([...tables, ...registerFields].filter((key) => !mentions(configuration, key))).toEqual([])
  })

  test('its tables, scope, procedure and dossier are such', () => {
    expect(parseCodeTables(block('yaml', 'chuyen_kho_cu'), 'docs', 'opencps-v2').status.chuyen_kho_cu).toBe(10)
    expect(
      parseAgencies(block('yaml', '# agencies.yaml'), 'docs')
        .relativesOf('000.00.00.H60')
        .map(({ code }) => code),
    ).toEqual(['000.00.00.H22'])
    const scope = JSON.parse(`{${block('jsonc', '"scope"')}}`) as { scope: unknown }
    expect(z.array(scopeRule).safeParse(scope.scope).success).toBe(true)
    const { ownership } = JSON.parse(`{${block('jsonc', '"ownership"')}}`) as { ownership: unknown }
    expect(z.array(ownershipRule).safeParse(ownership).success).toBe(true)
    expect(procedureDirectory(procedureLines(block('json', '"paperResult"'), 'docs')).byLocalCode('1.001612.000.00.00.H14')?.nationalCode).toBe(
      '1.001612',
    )
    expect(fromDossierRow(JSON.parse(block('json', '"applicantKind"')), {}).ok).toBe(true)
  })
})

describe('docs/commands.md', () => {
  test('names every command with every option', async () => {
    const missing: string[] = []
    const visit = async (def: typeof root, path: readonly string[]): Promise<void> => {
      for (const [name, lazy] of Object.entries((await settled(def.subCommands)) ?? {})) {
        const sub = await settled(lazy)
        if (sub) await visit(sub, [...path, name])
      }
      const called = path.join(' ')
      const together = ['failures', 'sources'].find((group) => group === path[0])
      const section = commands.split(/^## /m).find((text) => text.startsWith(called) || (together !== undefined && text.startsWith(together))) ?? ''
      if (descriptionOf(def) && section === '') missing.push(called)
      for (const [option, { type }] of Object.entries(descriptionOf(def)?.args ?? {})) {
        if (type !== 'positional' && !section.includes(`--${kebab(option)}`)) missing.push(`${called} --${kebab(option)}`)
      }
    }
    await visit(root, [])
    expect(missing).toEqual([])
  })
})
