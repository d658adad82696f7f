import type { Vault } from '../../src/ledger/index.js'

/**
 * A vault for simulations: it tells contents, tenants and places apart like the real one, and keeps nothing secret.
 * What it seals is only good inside this process.
 */
export function lightVault(): Vault {
  return {
    keyId: 'light',
    digest: (tenant, content) => hash(tenant, typeof content === 'string' ? content : Buffer.from(content).toString()),
    mac: (tenant, purpose, content) => hash(tenant, `${purpose}\n${content}`).padEnd(43, '-'),
    seal: (tenant, about, content) => new Envelope(tenant, about, content),
    open(tenant, about, sealed) {
      if (!(sealed instanceof Envelope) || sealed.tenant !== tenant || sealed.about !== about) throw new Error('sealed elsewhere')
      return sealed.content
    },
  }
}

class Envelope extends Uint8Array {
  constructor(
    readonly tenant: string,
    readonly about: string,
    readonly content: string,
  ) {
    super(0)
  }
}

/** Two 32-bit hashes of tenant and content: 16 hexadecimal digits, of which any part is as good as another. */
function hash(tenant: string, content: string): string {
  let one = 0xdeadbeef
  let two = 0x41c6ce57
  for (const text of [tenant, content]) {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      one = Math.imul(one ^ unit, 0x9e3779b1)
      two = Math.imul(two ^ unit, 0x5f356495)
    }
    // Ends the tenant, so that nothing of it can be taken for content.
    one = Math.imul(one ^ (one >>> 16), 0x85ebca6b)
    two = Math.imul(two ^ (two >>> 13), 0xc2b2ae35)
  }
  one ^= Math.imul(two ^ (two >>> 15), 0x735a2d97)
  two ^= Math.imul(one ^ (one >>> 15), 0xcaf649a9)
  return (one >>> 0).toString(16).padStart(8, '0') + (two >>> 0).toString(16).padStart(8, '0')
}
