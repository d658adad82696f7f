/** A server of a command that runs until it is told to stop. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { usage } from './command.js'

/** @returns the address as others write it. @throws {LienthongError} `usage.invalid` for an address that is none, or a port that is taken */
export async function listening(server: Server, listen: string | undefined): Promise<string> {
  const [, host = '127.0.0.1', port = ''] = /^(?:(\[[0-9a-f:]+\]|[^:\s]+):)?(\d{1,5})$/i.exec(listen ?? '') ?? []
  if (port === '' || Number(port) > 65_535)
    throw usage({ en: `--listen takes [HOST:]PORT, not “${listen}”`, vi: `--listen nhận [HOST:]PORT, không phải “${listen}”` })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''), () => resolve())
  }).catch((cause: unknown) => {
    const { code = '' } = cause as NodeJS.ErrnoException
    throw usage({ en: `--listen ${listen}: cannot listen there (${code})`, vi: `--listen ${listen}: không mở được cổng này (${code})` })
  })
  const { address, family, port: bound } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`
}

/** What is being received is answered first. */
export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
