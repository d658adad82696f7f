import { detectEncoding } from '../files/encoding.js'

/** A JSON document, or one document a line. @returns undefined when the bytes are neither */
export function readJson(bytes: Uint8Array): { readonly values: readonly unknown[]; readonly lines: boolean } | undefined {
  const text = textOf(bytes)
  const whole = parsed(text)
  if (whole !== undefined) return { values: [whole.value], lines: false }
  const lines = linesOf(text).map(({ text }) => parsed(text))
  if (lines.length < 2 || lines.some((line) => line === undefined)) return undefined
  return { values: lines.map((line) => line?.value), lines: true }
}

/** The lines that hold something, with their numbers. */
export function linesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  return text
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, text: line }))
    .filter(({ text }) => text.trim() !== '')
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder(detectEncoding(bytes).encoding).decode(bytes)
}

export function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
