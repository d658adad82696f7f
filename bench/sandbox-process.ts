/** The sandbox in a process of its own, through the command that users have. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** @param latencyMs how long each answer takes. */
export async function startSandboxProcess(latencyMs = 0) {
  const command = join(import.meta.dirname, '../bin/lienthong.js')
  const child = spawn(process.execPath, [command, 'sandbox', '--json', '--port', '0', '--latency', String(latencyMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)))
  })
  const { origin, systems } = JSON.parse(line) as {
    origin: string
    systems: Record<string, { url: string; credentials: { username: string; password: string } }>
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    system(name: string) {
      const system = systems[name]
      if (!system) throw new Error(`no system ${name}`)
      return system
    },
    async reset() {
      await fetch(`${origin}/__sandbox/reset`, { method: 'POST' })
    },
    /** The other side's books are the judge of what was pushed. */
    async expect(dossiers: number) {
      const text = await (await fetch(`${origin}/__sandbox/national-portal/dossiers`)).text()
      const held = text.split('\n').filter(Boolean).length
      if (held !== dossiers) throw new Error(`the portal holds ${held} dossiers, not ${dossiers}`)
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
