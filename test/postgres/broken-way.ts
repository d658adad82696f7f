/** A way to the server that can be broken: it stops carrying without telling anybody, or is cut around one statement. */
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface BrokenWay {
  /** The same database, by this way. */
  url(direct: string, limits?: Readonly<Record<string, number>>): string
  /** Connections that live now carry nothing any more, and nobody is told. New ones do. */
  blackhole(): void
  /** How much was sent into the black hole by our side. */
  readonly lostBytes: number
  /** What a server does half a minute after it last heard of a machine: both ends of what is frozen are dropped. */
  drop(): void
  /** Cuts the connection at the nth statement from now on that begins so. `answer`: the server got it. `request`: it did not. */
  cutAt(statement: string, nth: number, lost: 'answer' | 'request'): void
  /** Whether the cut has happened. */
  readonly wasCut: boolean
}

interface Pair {
  readonly client: Socket
  readonly server: Socket
  frozen: boolean
}

export async function brokenWay(port: number): Promise<BrokenWay> {
  const pairs = new Set<Pair>()
  let cut: { readonly statement: string; left: number; readonly lost: 'answer' | 'request' } | undefined
  let wasCut = false
  let lostBytes = 0

  const listener = createServer((client) => {
    const pair: Pair = { client, server: connect(port, '127.0.0.1'), frozen: false }
    pairs.add(pair)
    const end = () => {
      if (pair.frozen) return
      pairs.delete(pair)
      client.destroy()
      pair.server.destroy()
    }
    for (const socket of [client, pair.server]) socket.on('error', () => {}).on('close', end)
    client.on('data', (bytes) => {
      if (pair.frozen) {
        lostBytes += bytes.length
        return
      }
      // A statement without parameters: Q, its length, its text.
      const isAsked = cut !== undefined && bytes.toString('latin1', 5, 5 + cut.statement.length) === cut.statement
      if (isAsked && cut !== undefined && --cut.left === 0) {
        wasCut = true
        if (cut.lost === 'request') {
          pair.server.destroy()
        } else {
          // The server goes on to the end of what it was told, and then finds nobody.
          pair.server.removeAllListeners('data')
          pair.server.end(bytes)
        }
        cut = undefined
        client.destroy()
        return
      }
      pair.server.write(bytes)
    })
    pair.server.on('data', (bytes) => {
      if (!pair.frozen) client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const own = typeof address === 'object' && address !== null ? address.port : 0
  const drop = () => {
    for (const { client, server, frozen } of pairs) {
      if (!frozen) continue
      client.destroy()
      server.destroy()
    }
  }
  onTestFinished(() => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
    listener.close()
  })
  return {
    url(direct, limits = {}) {
      const url = new URL(direct)
      url.port = String(own)
      for (const [name, ms] of Object.entries(limits)) url.searchParams.set(name, String(ms))
      return url.toString()
    },
    blackhole() {
      for (const pair of pairs) pair.frozen = true
    },
    drop,
    cutAt(statement, nth, lost) {
      cut = { statement, left: nth, lost }
    },
    get lostBytes() {
      return lostBytes
    },
    get wasCut() {
      return wasCut
    },
  }
}
