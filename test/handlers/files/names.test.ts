import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanName, contentDisposition } from '../../../src/handlers/files/disposition.js'
import { type FileType, typeOf } from '../../../src/sync/index.js'

describe('a name', () => {
  test.each([
    ['kết quả.pdf', 'kết quả.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['..\\..\\windows\\win.ini', 'win.ini.pdf'],
    ['/', 'tep.pdf'],
    ['', 'tep.pdf'],
    ['...', 'tep.pdf'],
    ['.htaccess', 'htaccess.pdf'],
    ['a\r\nSet-Cookie: x.pdf', 'aSet-Cookie_ x.pdf'],
    ['a".pdf', 'a_.pdf'],
    ['ketqua\u202Efdp.exe', 'ketquafdp.exe.pdf'],
    ['CON.pdf', '_CON.pdf'],
    ['lpt1', '_lpt1.pdf'],
    ['a.PDF', 'a.pdf'],
    ['a.exe', 'a.exe.pdf'],
    ['a.pdf.', 'a.pdf'],
    ['ke\u0302\u0301t.pdf', 'kết.pdf'],
    ['x'.repeat(400), `${'x'.repeat(150)}.pdf`],
  ])('%j becomes %j', (name, clean) => {
    expect(cleanName(name, 'application/pdf')).toBe(clean)
  })

  test('of marks alone still has a name where they are not shown', () => {
    expect(contentDisposition('\uaa29.pdf')).toBe(`attachment; filename="tep.pdf"; filename*=UTF-8''%EA%A8%A9.pdf`)
    expect(contentDisposition('kết quả.pdf')).toBe(`attachment; filename="ket qua.pdf"; filename*=UTF-8''k%E1%BA%BFt%20qu%E1%BA%A3.pdf`)
  })

  test('whatever it is, becomes one harmless header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (name) => {
        const clean = cleanName(name, 'application/pdf')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(clean).not.toMatch(/[/\\\u0000-\u001f"<>:|?*;]|^\./)
        const header = contentDisposition(clean)
        expect(header).toMatch(/^attachment; filename="[^"\\]+\.pdf"; filename\*=UTF-8''[\w.~%-]+\.pdf$/)
        expect(header).toMatch(/^[\u0020-\u007e]+$/)
        expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(clean)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('what a file is, its bytes say', () => {
  const zip = [0x50, 0x4b, 3, 4]
  const word: FileType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  test.each([
    ['%PDF-1.7', 'a.pdf', 'application/pdf'],
    ['%PDF-1.7', 'a.html', 'application/pdf'],
    ['\0\0%PDF-1.4', 'a', 'application/pdf'],
    ['<b>%PDF-1.4', 'a.pdf', undefined],
    ['<!DOCTYPE html>', 'a.pdf', undefined],
    ['#!/bin/sh', 'a.pdf', undefined],
    ['<svg xmlns', 'a.png', undefined],
    ['<?xml version="1.0"?>', 'a.xml', 'application/xml'],
    ['', 'a.pdf', undefined],
    [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'a.png', 'image/png'],
    [[0xff, 0xd8, 0xff, 0xe0], 'a.jpg', 'image/jpeg'],
    [[0x49, 0x49, 0x2a, 0], 'a.tif', 'image/tiff'],
    [zip, 'a.docx', word],
    [zip, 'a.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    [zip, 'a.jar', 'application/zip'],
    [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'a.xls', 'application/vnd.ms-excel'],
    [[0x4d, 0x5a, 0x90, 0], 'a.pdf', undefined],
  ])('%j named %s: %s', (head, name, type) => {
    expect(typeOf(Buffer.from(head as string), name)).toBe(type)
  })
})
