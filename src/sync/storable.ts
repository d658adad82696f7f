/**
 * Texts that every database gives back as it got them. Records of broken sources hold NUL and halves of surrogate pairs; a database that
 * replaces them on its own would know a dossier under another id than the one its sealed payload is bound to.
 */
import type { SourceReading } from './ports.js'

/** The same value where there is nothing to replace. */
export function storable<T>(value: T): T {
  return isStorable(value) ? value : (replaced(value) as T)
}

/** A record of which nothing is kept or sent that is not storable. */
export function storableReading(reading: SourceReading): SourceReading {
  return {
    key: storable(reading.key),
    traits: storable(reading.traits),
    async map(signal) {
      const mapped = await reading.map(signal)
      return mapped.ok ? { ...mapped, value: storable(mapped.value) } : mapped
    },
  }
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every(isStorable)
}

function replaced(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(replaced)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaced(part)]))
}
