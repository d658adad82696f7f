/** Registers as offices export them, as long as wanted. */

import { once } from 'node:events'
import { createWriteStream, writeFileSync } from 'node:fs'
import { crc32, createDeflateRaw } from 'node:zlib'
import { HEADINGS } from '../test/mappers/files/register-headings.ts'

const statuses = ['Đang xử lý', 'Yêu cầu bổ sung giấy tờ', 'Đã trả kết quả']
const two = (part: number) => String(part).padStart(2, '0')

/** Names and addresses differ from row to row, as they do. */
export function registerRow(n: number): readonly string[] {
  const day = `${two((n % 28) + 1)}/${two((n % 12) + 1)}/2025`
  const person = `Nguyễn Văn Mẫu ${n}`
  return [
    String(n),
    `UBND xã Mẫu ${n % 40}`,
    'Đăng ký thành lập hộ kinh doanh',
    `000.00.12.H99-25${two((n % 12) + 1)}${two((n % 28) + 1)}-${String(n).padStart(6, '0')}`,
    statuses[n % 3] ?? '',
    `Số ${n} đường Mẫu, xã Ví Dụ`,
    person,
    person,
    `${day} 07:40:12`,
    `${day} 08:15:00`,
    `${day} 17:00:00`,
    n % 3 === 2 ? `${day} 16:20:00` : '',
  ]
}

export function registerCsv(rows: number): Buffer {
  const lines = [HEADINGS.join(',')]
  for (let n = 1; n <= rows; n++)
    lines.push(
      registerRow(n)
        .map((cell) => (cell.includes(',') ? `"${cell}"` : cell))
        .join(','),
    )
  return Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`)
}

/** As Excel writes it: texts shared between cells, days as numbers. */
export async function writeRegisterWorkbook(file: string, rows: number): Promise<void> {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
  const known = new Map<string, number>()
  const shared = (text: string) => {
    const number = known.get(text) ?? known.size
    known.set(text, number)
    return number
  }
  const DAYS = new Set([8, 9, 10, 11])
  const serial = (text: string) => {
    const [, day, month, year, hour, minute, second] = /(\d+)\/(\d+)\/(\d+) (\d+):(\d+):(\d+)/.exec(text)?.map(Number) ?? []
    return (Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second) - Date.UTC(1899, 11, 30)) / 86_400_000
  }
  function* sheet(): Generator<string> {
    yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet ${main}><sheetData>`
    for (let n = 0; n <= rows; n++) {
      const cells = n === 0 ? HEADINGS : registerRow(n)
      const inner = cells.map((cell, column) => {
        const reference = `${String.fromCharCode(65 + column)}${n + 1}`
        if (cell === '') return ''
        return n > 0 && DAYS.has(column)
          ? `<c r="${reference}" s="1"><v>${serial(cell)}</v></c>`
          : `<c r="${reference}" t="s"><v>${shared(cell)}</v></c>`
      })
      yield `<row r="${n + 1}" spans="1:12">${inner.join('')}</row>`
    }
    yield '</sheetData></worksheet>'
  }
  function* strings(): Generator<string> {
    yield `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><sst ${main}>`
    for (const text of known.keys()) yield `<si><t>${text}</t></si>`
    yield '</sst>'
  }
  await writeArchive(file, [
    [
      'xl/workbook.xml',
      [
        `<workbook ${main} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sổ" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      ],
    ],
    [
      'xl/_rels/workbook.xml.rels',
      [
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ],
    ],
    [
      'xl/styles.xml',
      [
        `<styleSheet ${main}><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm:ss"/></numFmts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
      ],
    ],
    ['xl/worksheets/sheet1.xml', sheet()],
    ['xl/sharedStrings.xml', strings()],
  ])
}

async function writeArchive(file: string, parts: readonly (readonly [string, Iterable<string>])[]): Promise<void> {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, pieces] of parts) {
    const packed: Buffer[] = []
    const deflate = createDeflateRaw().on('data', (chunk: Buffer) => packed.push(chunk))
    let checksum = 0
    let size = 0
    for (const piece of pieces) {
      const bytes = Buffer.from(piece)
      checksum = crc32(bytes, checksum)
      size += bytes.length
      if (!deflate.write(bytes)) await once(deflate, 'drain')
    }
    deflate.end()
    await once(deflate, 'end')
    const data = Buffer.concat(packed)
    const name = Buffer.from(path)
    const facts = Buffer.alloc(20)
    facts.writeUInt16LE(8, 0)
    facts.writeUInt32LE(checksum, 6)
    facts.writeUInt32LE(data.length, 10)
    facts.writeUInt32LE(size, 14)
    facts.writeUInt16LE(name.length, 18)
    const place = Buffer.alloc(16)
    place.writeUInt32LE(offset, 12)
    local.push(Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0]), facts, Buffer.alloc(2), name, data)
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0]), facts, place, name)
    offset += 30 + name.length + data.length
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(length, 12)
  end.writeUInt32LE(offset, 16)
  const out = createWriteStream(file)
  for (const part of [...local, ...directory, end]) if (!out.write(part)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}

/** `node made-up-register.ts FILE ROWS`: in a process of its own, because making a workbook takes more memory than reading one. */
if (process.argv[1] === import.meta.filename) {
  const [file = '', rows = '0'] = process.argv.slice(2)
  if (file.endsWith('.csv')) writeFileSync(file, registerCsv(Number(rows)))
  else await writeRegisterWorkbook(file, Number(rows))
}
