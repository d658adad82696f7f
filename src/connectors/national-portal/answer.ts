/** How a body becomes an answer: leniently (key case, number or text, §9.2–9.3), but never by guessing. */
import { type PortalAnswer, portalAnswer } from './wire.js'

/** The JSON envelope of §3.4. Something else in the body, also other JSON, is not the portal's answer. */
export function jsonAnswer(text: string): PortalAnswer | null {
  const envelope = envelopeIn(parsed(text))
  if (envelope === null) return null
  const read = portalAnswer.safeParse(envelope)
  return read.success && (read.data.error_code != null || read.data.session != null) ? read.data : null
}

const LONGEST_SENTENCE = 2000

/**
 * What a relay says (§4.2, §9.3): the envelope, an envelope inside the text `message` of another one, an envelope without a
 * code, or a plain sentence. Markup is a page of something in between.
 */
export function relayAnswer(text: string): PortalAnswer | null {
  const value = parsed(text)
  if (value === undefined) {
    const sentence = text.trim()
    return sentence === '' || sentence.startsWith('<') || sentence.length > LONGEST_SENTENCE ? null : plain(sentence)
  }
  if (typeof value === 'string') return plain(value)
  const envelope = envelopeIn(value)
  if (envelope === null) return null
  if (envelope.error_code == null && typeof envelope.message === 'string') {
    const inner = envelopeIn(parsed(envelope.message))
    // A double-encoded answer of rows has no code of its own (§9.3): rows are the proof that it succeeded.
    if (inner !== null) return readRelayed(inner.error_code == null && Array.isArray(inner.result) ? { ...inner, error_code: '0' } : inner)
    return plain(envelope.message)
  }
  return readRelayed(envelope)
}

/** Keys as every reader of this folder expects them: UPPER, Pascal and lower case are one (§9.2). */
export function lowerCaseKeys(value: unknown): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const result: Record<string, unknown> = {}
  for (const key of Object.keys(value)) result[key.toLowerCase()] = Reflect.get(value, key)
  return result
}

function readRelayed(envelope: Record<string, unknown>): PortalAnswer | null {
  const read = portalAnswer.safeParse(envelope)
  return read.success && read.data.error_code != null ? read.data : null
}

function plain(message: string): PortalAnswer {
  return { error_code: null, message, result: undefined, data: undefined }
}

function envelopeIn(value: unknown): Record<string, unknown> | null {
  return lowerCaseKeys(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
