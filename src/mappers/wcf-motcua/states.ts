import { cellsOf } from '../../connectors/wcf-motcua/wire.js'
import { known } from '../known.js'

/** The list of states by id. Names of its elements are assumed: an id ends in `ID`, the text begins with `Ten` or is called so. */
export function wcfStates(rows: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    rows.flatMap((row) => {
      const cells = [...(cellsOf(row) ?? [])]
      const id = known(cells.find(([name]) => name === 'trangthaihosoid')?.[1] ?? cells.find(([name]) => /id$/.test(name))?.[1])
      const text = known(cells.find(([name]) => /^ten|name$/.test(name))?.[1])
      return id === null || text === null ? [] : [[id, text] as const]
    }),
  )
}
