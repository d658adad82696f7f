/** A JSON text that was cut off: what was whole before the cut is still read, and that it was cut is told. */

/**
 * Drops the unfinished end of a JSON text back to the last whole element of a list, and closes what is open.
 *
 * @returns undefined where no list has a whole element
 */
export function withoutCutEnd(text: string): unknown {
  const open: ('{' | '[')[] = []
  let inString = false
  let kept: { readonly end: number; readonly closing: string } | undefined
  let list: number | undefined
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (inString) {
      if (character === '\\') index++
      else if (character === '"') inString = false
      continue
    }
    if (character === '"') inString = true
    else if (character === '{' || character === '[') {
      open.push(character)
      // The outermost list that holds objects is the one with the records.
      if (character === '[' && list === undefined) list = open.length
    } else if (character === '}' || character === ']') {
      open.pop()
      if (list !== undefined && open.length < list) list = undefined
      if (character === '}' && open.length === list) kept = { end: index + 1, closing: open.map(closingOf).reverse().join('') }
    }
  }
  if (kept === undefined) return undefined
  try {
    return JSON.parse(text.slice(0, kept.end) + kept.closing)
  } catch {
    return undefined
  }
}

function closingOf(bracket: '{' | '['): string {
  return bracket === '{' ? '}' : ']'
}
