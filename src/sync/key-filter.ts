/** Which keys were seen, told without keeping them: a Bloom filter that grows with what it holds, up to 16 MB. */
import { createHash } from 'node:crypto'

/** 8 MB: of a million different keys some ten are taken for others. */
const MOST_BITS = 2 ** 26
const FEWEST_BITS = 2 ** 13
/** As long as a layer has so many bits for each key, one of a million is taken for another. */
const BITS_PER_KEY = 24
const MARKS = 4

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
  const digestOf = (key: string) => createHash('sha1').update(salt).update(key).digest()
  const isIn = (digest: Buffer, { bits, marks }: Layer) => {
    for (let index = 0; index < MARKS; index++) {
      const bit = digest.readUInt32LE(index * 4) % bits
      if (((marks[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    }
    return true
  }
  const top = () => {
    const last = layers.at(-1) as Layer
    if (last.keys * BITS_PER_KEY < last.bits || last.bits >= MOST_BITS) return last
    const next = newLayer(2 * last.bits)
    layers.push(next)
    return next
  }
  return {
    add(key) {
      const digest = digestOf(key)
      if (layers.some((layer) => isIn(digest, layer))) return false
      const layer = top()
      layer.keys += 1
      for (let index = 0; index < MARKS; index++) {
        const bit = digest.readUInt32LE(index * 4) % layer.bits
        layer.marks[bit >> 3] = (layer.marks[bit >> 3] ?? 0) | (1 << (bit & 7))
      }
      return true
    },
    has(key) {
      const digest = digestOf(key)
      return layers.some((layer) => isIn(digest, layer))
    },
  }
}

function newLayer(wanted: number): Layer {
  const bits = Math.min(Math.max(wanted, FEWEST_BITS), MOST_BITS)
  return { bits, marks: new Uint8Array(Math.ceil(bits / 8)), keys: 0 }
}
