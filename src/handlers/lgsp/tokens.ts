/** Tokens without a memory: the sender fetches a new one for every dossier, and several processes may receive. contracts/provincial-sources.md §5.1 */
import { randomBytes } from 'node:crypto'
import { type Clock, LienthongError } from '../../base/index.js'
import { sameSecret } from '../access.js'

export interface LgspClient {
  readonly id: string
  readonly secret: string
}

export interface Tokens {
  /** @returns undefined for a stranger */
  issue(id: string, secret: string): { readonly token: string; readonly expiresInSeconds: number } | undefined
  isValid(token: string): boolean
}

const SECRET_LENGTH = 16

/**
 * @param digest keyed: whoever has no key makes no token.
 * @throws {LienthongError} `config.invalid` for a secret that can be guessed
 */
export function tokens(clients: readonly LgspClient[], lifeMs: number, digest: (content: string) => string, clock: Clock): Tokens {
  clients.forEach(({ secret }, index) => {
    if (secret.length < SECRET_LENGTH)
      throw new LienthongError('config.invalid', {
        values: {
          place: `clients[${index}].secret`,
          problem: { en: `needs at least ${SECRET_LENGTH} characters`, vi: `cần ít nhất ${SECRET_LENGTH} ký tự` },
        },
      })
  })
  // A changed secret ends its tokens.
  const sealOf = ({ id, secret }: LgspClient, head: string) => digest(`lgsp-token\n${head}\n${id}\n${secret}`)
  return {
    issue(id, secret) {
      // All are compared, so that time does not tell which names exist.
      const known = clients.filter((client) => Number(sameSecret(id, client.id)) + Number(sameSecret(secret, client.secret)) === 2)
      const [client] = known
      if (client === undefined) return undefined
      const head = `${(clock.now() + lifeMs).toString(36)}.${randomBytes(9).toString('base64url')}`
      return { token: `${head}.${sealOf(client, head)}`, expiresInSeconds: Math.floor(lifeMs / 1000) }
    },
    isValid(token) {
      const [, expiry, nonce, seal] = /^([0-9a-z]{1,11})\.([\w-]{12})\.([\w-]{32})$/.exec(token) ?? []
      if (expiry === undefined || nonce === undefined || seal === undefined) return false
      const made = clients.map((client) => sameSecret(seal, sealOf(client, `${expiry}.${nonce}`)))
      return made.includes(true) && Number.parseInt(expiry, 36) > clock.now()
    },
  }
}
