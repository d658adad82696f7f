/** The bytes of a file, from any place in it: a workbook keeps its directory at its end. */
export interface FileBytes {
  readonly size: number
  /** @param end not included; beyond the end of the file there is nothing */
  read(start: number, end: number): AsyncIterable<Uint8Array>
}

export type TableBytes = Uint8Array | FileBytes

export function fileBytes(source: TableBytes): FileBytes {
  if (!(source instanceof Uint8Array)) return source
  return {
    size: source.length,
    async *read(start, end) {
      if (start < end && start < source.length) yield source.subarray(start, end)
    },
  }
}

/** A part of a file at once; shorter where the file ends. */
export async function partOf(file: FileBytes, start: number, end: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of file.read(start, Math.min(end, file.size))) parts.push(part)
  return Buffer.concat(parts)
}
