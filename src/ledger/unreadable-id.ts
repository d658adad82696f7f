export const MARK = '?'

/** Stands in for the source's id of a record that does not tell it. @param name what it is called, else the digest of its bytes */
export function unreadableId(name: string): string {
  return MARK + name
}

export function isUnreadableId(sourceId: string): boolean {
  return sourceId.startsWith(MARK)
}
