const MAGIC = Buffer.from('%PDF-', 'latin1')

/** What public clients save as `.pdf` is now and then an error in JSON (§4.4): only a file that begins as one is one. */
export function isPdf(bytes: Uint8Array): boolean {
  return bytes.byteLength > MAGIC.length && Buffer.from(bytes.buffer, bytes.byteOffset, MAGIC.length).equals(MAGIC)
}
