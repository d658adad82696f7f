/** Which keys were seen, told without keeping them: a Bloom filter that grows with what it holds, up to 9 MB. */

/** 8 MB: enough for two million keys; of five million, a few in a thousand are taken for others. */
const MOST_BITS = 2 ** 26
const FEWEST_BITS = 2 ** 13
/** With so many bits for each key, one of some thousands is taken for another. */
const BITS_PER_KEY = 32
const MARKS = 5
/** Each layer is so much larger than the one before: few layers have to be asked. */
const GROWTH = 8

export interface KeyFilter {
  /** @returns whether it was certainly never added before. */
  add(key: string): boolean
  /** Always true of what was added, and now and then of what was not. */
  has(key: string): boolean
}

interface Layer {
  readonly bits: number
  readonly marks: Uint8Array
  keys: number
}

/** @param salt another one takes other keys for each other. @param bits to begin with. */
export function keyFilter(salt = '', bits = FEWEST_BITS): KeyFilter {
  const layers: Layer[] = [newLayer(bits)]
  const hashed = { first: 0, step: 0 }
  hash(salt, 0, hashed)
  const seed = hashed.first
  /** Each mark is so far from the one before: as good as a hash for each of them. */
  const isIn = (first: number, step: number, { bits, marks }: Layer) => {
    for (let index = 0; index < MARKS; index++) {
      const bit = ((first + index * step) >>> 0) % bits
      if (((marks[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    }
    return true
  }
  const isInAny = () => {
    for (const layer of layers) if (isIn(hashed.first, hashed.step, layer)) return true
    return false
  }
  const top = () => {
    const last = layers.at(-1) as Layer
    if (last.keys * BITS_PER_KEY < last.bits || last.bits >= MOST_BITS) return last
    const next = newLayer(GROWTH * last.bits)
    layers.push(next)
    return next
  }
  return {
    add(key) {
      hash(key, seed, hashed)
      if (isInAny()) return false
      const layer = top()
      layer.keys += 1
      for (let index = 0; index < MARKS; index++) {
        const bit = ((hashed.first + index * hashed.step) >>> 0) % layer.bits
        layer.marks[bit >> 3] = (layer.marks[bit >> 3] ?? 0) | (1 << (bit & 7))
      }
      return true
    },
    has(key) {
      hash(key, seed, hashed)
      return isInAny()
    },
  }
}

function newLayer(wanted: number): Layer {
  const bits = Math.min(Math.max(wanted, FEWEST_BITS), MOST_BITS)
  return { bits, marks: new Uint8Array(Math.ceil(bits / 8)), keys: 0 }
}

/**
 * Two hashes of 32 bits that have nothing to do with each other. Every record of a source passes here: a digest would cost ten times as much,
 * and an answer of its own for each leaves garbage.
 */
function hash(key: string, seed: number, into: { first: number; step: number }): void {
  let one = 0xdeadbeef ^ seed
  let two = 0x41c6ce57 ^ seed
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index)
    one = Math.imul(one ^ unit, 0x9e3779b1)
    two = Math.imul(two ^ unit, 0x5f356495)
  }
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35)
  two = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35)
  // As signed integers, which V8 keeps without a box; only their bits count.
  into.first = one
  into.step = two | 1
}
