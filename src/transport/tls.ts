/** Connections to one system: kept alive, with the authorities and the certificate of its configuration. */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { connect, type NetConnectOpts } from 'node:net'
import { rootCertificates } from 'node:tls'
import { LienthongError } from '../base/index.js'

export interface TlsOptions {
  readonly keepAlive: boolean
  readonly caFile?: string | undefined
  readonly clientCertificate?: { readonly certFile: string; readonly keyFile: string; readonly passphrase?: string | undefined } | undefined
}

/**
 * Shorter than any server's own keep-alive (5 s in the shortest common default): a connection that the server closes in the
 * moment we write on it makes a write's outcome unknown.
 */
const IDLE_CONNECTION_MS = 4000

/**
 * Node switches TCP keep-alive on again after every answer, although it is on since the connection was made: a system call a request
 * for nothing.
 */
function plainAgent(options: http.AgentOptions): http.Agent {
  const agent = new http.Agent(options)
  agent.createConnection = (where, ready) => {
    const socket = connect(where as NetConnectOpts, ready as (() => void) | undefined)
    socket.setKeepAlive = () => socket
    return socket
  }
  return agent
}

/** @throws {LienthongError} `config.file_unreadable` for a certificate file. */
export function agentsFor({ keepAlive, caFile, clientCertificate }: TlsOptions): {
  readonly httpAgent: http.Agent
  readonly httpsAgent: https.Agent
} {
  const common = { keepAlive, timeout: IDLE_CONNECTION_MS }
  return {
    httpAgent: plainAgent(common),
    httpsAgent: new https.Agent({
      ...common,
      ...(caFile === undefined ? {} : { ca: [...rootCertificates, readPem(caFile)] }),
      ...(clientCertificate === undefined ? {} : { cert: readPem(clientCertificate.certFile), key: readPem(clientCertificate.keyFile) }),
      ...(clientCertificate?.passphrase === undefined ? {} : { passphrase: clientCertificate.passphrase }),
    }),
  }
}

/** @throws {LienthongError} `config.file_unreadable` */
export function readPem(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new LienthongError('config.file_unreadable', { values: { path, problem } })
  }
  if (!text.includes('-----BEGIN')) throw new LienthongError('config.file_unreadable', { values: { path, problem: 'not PEM' } })
  return text
}
