/** What docs/security.md says about the edges of the program: its arguments, its ports, its connections. */
import { createConnection } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { CommandDef } from 'citty'
import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../../src/cli/commands/root.js'
import { nationalPortal } from '../../src/connectors/index.js'
import { startSandbox } from '../../src/sandbox/index.js'

async function settled<T>(value: T | Promise<T> | (() => T | Promise<T>) | undefined): Promise<T | undefined> {
  return typeof value === 'function' ? (value as () => T | Promise<T>)() : value
}

/** Options of every command, as `sync run --limit`. */
async function everyOption(command: CommandDef, path: readonly string[] = []): Promise<string[]> {
  const own = Object.keys((await settled(command.args)) ?? {}).map((name) => [...path, `--${name}`].join(' '))
  const below = Object.entries((await settled(command.subCommands)) ?? {})
  const others = await Promise.all(below.map(async ([name, sub]) => everyOption((await settled(sub)) as CommandDef, [...path, name])))
  return [...own, ...others.flat()]
}

test('no command takes a secret as an argument: everybody on the machine could read it', async () => {
  const options = await everyOption(root as CommandDef)
  expect(options).toContain('sync run --limit')
  // `--retry-login` is a switch.
  expect(options.filter((option) => /--.*(password|passwd|secret|token|key|credential|user)/i.test(option))).toEqual([])
})

test('no command makes the sandbox listen to the network', async () => {
  const options = await everyOption(root as CommandDef)
  expect(options.filter((option) => /sandbox --(host|bind|address|listen)/.test(option))).toEqual([])
})

describe('the sandbox', () => {
  const outward = Object.values(networkInterfaces())
    .flat()
    .filter((one) => one !== undefined && !one.internal && one.family === 'IPv4')
    .map((one) => one?.address ?? '')

  test('says that it listens on 127.0.0.1', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.stop())
    expect(new URL(sandbox.origin).hostname).toBe('127.0.0.1')
  })

  test.skipIf(outward.length === 0)('cannot be reached by this machine’s other addresses', async () => {
    const sandbox = await startSandbox()
    onTestFinished(() => sandbox.stop())
    for (const host of outward) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = createConnection({ host, port: Number(new URL(sandbox.origin).port) })
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
        onTestFinished(() => void socket.destroy())
      })
      expect(reached, host).toBe(false)
    }
  })
})

test.each(['rejectUnauthorized', 'insecure', 'strictSSL', 'verify'])('there is no switch %s that turns the check of certificates off', (name) => {
  const options = {
    adapterUrl: 'https://adapter.example.vn/x',
    agencyCode: '000.00.00.H99',
    credentials: { username: 'u', password: 'p' },
    [name]: false,
  }
  expect(() => nationalPortal(options)).toThrow(expect.objectContaining({ code: 'config.unknown_key' }))
})
