import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

/** A ZIP with these parts. `declared` lies about the unpacked size of one part. */
export function zipOf(parts: Readonly<Record<string, string | Buffer>>, declared: Readonly<Record<string, number>> = {}): Buffer {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const name = Buffer.from(path)
    const sizes = Buffer.alloc(12)
    sizes.writeUInt32LE(crc32(bytes), 0)
    sizes.writeUInt32LE(packed.length, 4)
    sizes.writeUInt32LE(declared[path] ?? bytes.length, 8)
    const header = Buffer.alloc(30)
    header.writeUInt32LE(0x04034b50, 0)
    header.writeUInt16LE(20, 4)
    header.writeUInt16LE(8, 8)
    sizes.copy(header, 14)
    header.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(20, 4)
    entry.writeUInt16LE(20, 6)
    entry.writeUInt16LE(8, 10)
    sizes.copy(entry, 16)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    local.push(header, name, packed)
    directory.push(entry, name)
    offset += header.length + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(parts).length, 8)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, ...directory, end])
}

/** Everything in a workbook, unpacked. */
export function partsOf(bytes: Uint8Array): Record<string, Buffer> {
  const archive = Buffer.from(bytes)
  const parts: Record<string, Buffer> = {}
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = archive.readUInt16LE(at + 28)
    const path = archive.toString('utf8', at + 46, at + 46 + nameLength)
    const local = archive.readUInt32LE(at + 42)
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const data = archive.subarray(start, start + archive.readUInt32LE(at + 20))
    parts[path] = archive.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : Buffer.from(data)
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return parts
}

export function partOf(bytes: Uint8Array, path: string): string {
  return partsOf(bytes)[path]?.toString('utf8') ?? ''
}

/** The same workbook with one part replaced. */
export function withPart(bytes: Uint8Array, path: string, content: string | Buffer, declared?: number): Buffer {
  return zipOf({ ...partsOf(bytes), [path]: content }, declared === undefined ? {} : { [path]: declared })
}
