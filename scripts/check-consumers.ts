/**
 * Installs the packed tarball beside four programs, one for each way of using it (test/consumers/), and runs them; the first
 * program of each README runs there too, exactly as it is printed, and its configuration is type-checked. Each TypeScript program is type-checked by our TypeScript.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { doors, inScratchFolder, installInto, manifest, packInto, repository } from './packed-package.ts'

const READMES = ['README.md', 'README.vi.md']

function run(folder: string, ...options: string[]): boolean {
  const { status, signal } = spawnSync(process.execPath, options, { cwd: folder, stdio: 'inherit', timeout: 60_000 })
  if (status !== 0) console.error(`node ${options.join(' ')}: ${signal ?? `exit code ${status}`}`)
  return status === 0
}

function compile(folder: string): boolean {
  const everyDoor = doors.map((door, index) => `import * as door${index} from '${door}'`)
  const looksInside = `export const names: readonly string[] = [${doors.map((_, index) => `...Object.keys(door${index})`).join(', ')}]`
  writeFileSync(join(folder, 'every-door.ts'), [...everyDoor, looksInside, ''].join('\n'))
  return run(folder, join(repository, 'node_modules/typescript/bin/tsc'), '--typeRoots', join(repository, 'node_modules/@types'))
}

/** The first block of this language in a README: `ts` is the program of the first screen, `typescript` the configuration. */
function firstBlockOf(readme: string, language: string): string {
  const text = readFileSync(join(repository, readme), 'utf8')
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text)?.[1]
  if (block === undefined) throw new Error(`${readme} has no block in ${language}.`)
  return block
}

/** A consumer's folder → what has to succeed in it. */
const consumers: Readonly<Record<string, (folder: string) => boolean>> = {
  esm: (folder) => run(folder, 'main.js', ...doors) && run(folder, `../node_modules/${manifest.name}/bin/lienthong.js`, '--help'),
  'cjs-require': (folder) => run(folder, 'main.js', ...doors),
  'ts-nodenext-esm': (folder) => {
    const programs = READMES.map((readme) => {
      const program = readme.replace(/\.md$/, '.ts')
      writeFileSync(join(folder, program), firstBlockOf(readme, 'ts'))
      writeFileSync(join(folder, `config-of-${program}`), firstBlockOf(readme, 'typescript'))
      return program
    })
    return compile(folder) && run(folder, 'out/main.js') && programs.every((program) => run(folder, program))
  },
  'ts-nodenext-cjs': (folder) => compile(folder) && run(folder, 'out/main.js') && run(folder, 'out/every-door.js'),
}

await inScratchFolder((scratch) => {
  installInto(scratch, packInto(scratch))
  for (const [name, succeeds] of Object.entries(consumers)) {
    const folder = join(scratch, name)
    cpSync(join(repository, 'test/consumers', name), folder, { recursive: true })
    const ok = succeeds(folder)
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
    if (!ok) process.exitCode = 1
  }
})
