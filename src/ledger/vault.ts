import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hash, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'

/**
 * Keeps dossiers unreadable in the ledger and makes digests that only this ledger can make.
 * One 32-byte key; from it a key per tenant and purpose (HKDF-SHA-256).
 */
export interface Vault {
  /** Names the key without telling it. Stored, so that a wrong key is noticed at once. */
  readonly keyId: string
  /** HMAC-SHA-256, 32 characters of base64url (192 bits). */
  digest(tenant: string, content: Uint8Array | string): string
  /**
   * HMAC-SHA-256 whole (256 bits, 43 characters of base64url), for what leaves the house: nobody makes another from those he has.
   *
   * @param purpose has a key of its own; small letters, digits and hyphens
   */
  mac(tenant: string, purpose: string, content: string): string
  /** AES-256-GCM. `about` binds the text to its place: a payload moved to another row does not open. */
  seal(tenant: string, about: string, content: string): Uint8Array
  /** @throws when the text was changed, moved, or sealed with another key. */
  open(tenant: string, about: string, sealed: Uint8Array): string
}

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const DIGEST_LENGTH = 32

export function createVault(key: Uint8Array): Vault {
  if (key.length !== KEY_BYTES) throw new RangeError(`the ledger's key has ${KEY_BYTES} bytes, not ${key.length}`)
  const derived = new Map<string, KeyObject>()
  const derive = (purpose: string, tenant: string) =>
    Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `lienthong/${purpose}/${tenant}`, KEY_BYTES))
  const keyFor = (purpose: 'digest' | 'seal', tenant: string): KeyObject => {
    const name = `${purpose}/${tenant}`
    let found = derived.get(name)
    if (!found) {
      // As a key object: from bytes, Node makes one anew for every digest, which costs four times the digest.
      found = createSecretKey(derive(purpose, tenant))
      derived.set(name, found)
    }
    return found
  }
  const macs = new Map<string, Hmac>()
  const hmacFor = (purpose: string, tenant: string): Hmac => {
    const name = `${purpose}/${tenant}`
    let found = macs.get(name)
    if (!found) {
      found = hmacSha256(derive(purpose, tenant))
      macs.set(name, found)
    }
    return found
  }
  return {
    keyId: createHmac('sha256', key).update('lienthong/key-id').digest('base64url').slice(0, 16),
    digest: (tenant, content) => hmacFor('digest', tenant)(content).slice(0, DIGEST_LENGTH),
    mac: (tenant, purpose, content) => hmacFor(`mac-${purpose}`, tenant)(content),
    seal(tenant, about, content) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyFor('seal', tenant), iv)
      cipher.setAAD(Buffer.from(`${tenant}\n${about}`))
      return Buffer.concat([iv, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    open(tenant, about, sealed) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      const decipher = createDecipheriv('aes-256-gcm', keyFor('seal', tenant), bytes.subarray(0, IV_BYTES))
      decipher.setAAD(Buffer.from(`${tenant}\n${about}`))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
    },
  }
}

type Hmac = (content: Uint8Array | string) => string

const BLOCK_BYTES = 64
const SHA256_BYTES = 32
/** What a record mostly stays below. */
const KEPT_BYTES = 64 << 10

/**
 * HMAC-SHA-256 (RFC 2104) by two digests in one go each: a digest is taken of every record that is read, and setting up Node's own `Hmac`
 * costs more than the digest. The key stands in front of the two messages once and for all, in buffers that are written over each time:
 * a fresh copy of each record would wait for the garbage collector, tens of megabytes of them.
 */
export function hmacSha256(key: Uint8Array): Hmac {
  const keyed = (byte: number, room: number) => {
    const message = Buffer.alloc(BLOCK_BYTES + room)
    for (let index = 0; index < BLOCK_BYTES; index++) message[index] = (key[index] ?? 0) ^ byte
    return message
  }
  const inner = keyed(0x36, KEPT_BYTES)
  const outer = keyed(0x5c, SHA256_BYTES)
  return (content) => {
    const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength
    const message = bytes <= KEPT_BYTES ? inner : keyed(0x36, bytes)
    if (typeof content === 'string') message.write(content, BLOCK_BYTES)
    else message.set(content, BLOCK_BYTES)
    outer.write(hash('sha256', message.subarray(0, BLOCK_BYTES + bytes), 'binary'), BLOCK_BYTES, 'binary')
    return hash('sha256', outer, 'base64url')
  }
}

/** A new key, as it stands in a key file. */
export function newLedgerKey(): string {
  return randomBytes(KEY_BYTES).toString('base64')
}

/** @returns undefined unless the text is 32 bytes in base64. */
export function parseLedgerKey(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text.trim(), 'base64')
  return bytes.length === KEY_BYTES ? bytes : undefined
}
