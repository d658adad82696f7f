import { describe, expect, test } from 'vitest'
import { Parser } from 'xml2js'
import { plainXml, readXml, type XmlReading } from '../../src/transport/xml.js'

const list = '<list><total>2</total><data><id>1</id><name>Nguyễn Văn Mẫu</name></data><data><id>2</id><name/></data></list>'

function value(reading: XmlReading): unknown {
  if (!reading.ok) throw new Error(reading.says.en)
  return reading.root
}

function problem(reading: XmlReading): string {
  return reading.ok ? 'none' : reading.problem
}

describe('a good document', () => {
  test('is read with every child as a list', () => {
    expect(readXml(list)).toMatchObject({
      ok: true,
      name: 'list',
      root: {
        total: ['2'],
        data: [
          { id: ['1'], name: ['Nguyễn Văn Mẫu'] },
          { id: ['2'], name: [''] },
        ],
      },
    })
  })

  test('reads as xml2js alone reads it', () => {
    const documents = [
      list,
      '<a><b x="1">t</b><b><![CDATA[<c>&]]></b> </a>',
      '﻿<?xml version="1.0"?>\n<a>&lt;&#273;&amp;</a>',
      '<!-- <!DOCTYPE a> --><a/>',
    ]
    for (const document of documents) {
      let bare: unknown
      new Parser().parseString(document, (_, parsed) => {
        bare = parsed
      })
      const reading = readXml(document)
      expect(reading.ok && { [reading.name]: reading.root }).toEqual(bare)
    }
  })

  test('loses its prefixes where asked, of elements and attributes', () => {
    const document = '<s:Envelope xmlns:s="x" xmlns:i="y"><s:Body><a:Id i:nil="true"/></s:Body></s:Envelope>'
    expect(readXml(document, { withoutPrefixes: true })).toMatchObject({ name: 'Envelope', root: { Body: [{ Id: [{ $: { nil: 'true' } }] }] } })
  })

  test('becomes plain values: lists where they are named, null where it says nil', () => {
    const root = value(readXml('<r xmlns:i="y"><one>1</one><data>x</data><two>a</two><two>b</two><no i:nil="true"/><e a="1"/></r>')) as object
    expect(plainXml(root as never, new Set(['data']))).toEqual({ one: '1', data: ['x'], two: ['a', 'b'], no: null, e: '' })
  })
})

describe('a damaged document', () => {
  test('tells its place, and everything up to its last whole record', () => {
    const cut = list.slice(0, list.indexOf('<id>2') + 5)
    const reading = readXml(cut, { record: 'data' })
    expect(reading).toMatchObject({ ok: false, problem: 'damaged', before: { name: 'list', root: { total: ['2'], data: [{ id: ['1'] }] } } })
    expect(reading.ok ? '' : reading.says.en).toContain('line 1, column')
  })

  test('is cut at every place without a half record ever showing', () => {
    for (let length = 0; length < list.length; length++) {
      const reading = readXml(list.slice(0, length), { record: 'data' })
      expect(reading.ok).toBe(false)
      const data = reading.ok || reading.before === undefined ? [] : (reading.before.root as { data: unknown[] }).data
      expect(data).toEqual(
        [
          { id: ['1'], name: ['Nguyễn Văn Mẫu'] },
          { id: ['2'], name: [''] },
        ].slice(0, data.length),
      )
    }
  })

  test('with something after its end is refused, and its records told', () => {
    expect(readXml(`${list}<list/>`, { record: 'data' })).toMatchObject({ ok: false, problem: 'damaged', before: { root: { data: [{}, {}] } } })
  })

  test.each(['', '  \n', 'hello', '<', '<a', '<a>', '<a></b>', '<a b=1/>', '<a>&unknown;</a>', '<!-', '<![CDA', '<!--', '<a b="1" b="2">', '\0'])(
    '%j is refused',
    (text) => {
      expect(problem(readXml(text))).toMatch(/^(empty|damaged)$/)
    },
  )

  test('never has its content quoted', () => {
    const reading = readXml('<a><Nguyễn>Trần Thị Ví Dụ</Mẫu></a>')
    expect(JSON.stringify(reading)).not.toMatch(/Nguyễn|Trần|Mẫu/)
  })
})

describe('a hostile document', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">${'bcdefghij'.replace(/./g, (name, at: number) => `<!ENTITY ${name} "${`&${'abcdefghi'[at]};`.repeat(10)}">`)}]><lolz>&j;</lolz>`

  test.each([
    ['a bomb of entities', bomb],
    ['an entity from a file', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'],
    ['an entity from an address', '<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd"><r/>'],
    ['a parameter entity', '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/p"> %p;]><r/>'],
    ['a document type inside the root', '<r><!DOCTYPE r><x/></r>'],
    ['definitions outside a document type', '<r><!ENTITY a "b">&a;</r>'],
    ['a document type behind a comment', '<!-- x --><!doctype r><r/>'],
  ])('%s is refused as such', (_, document) => {
    expect(problem(readXml(document, { record: 'r' }))).toBe('doctype')
  })

  test('a definition that never ends is refused at once', () => {
    expect(problem(readXml(`<r><!${'A'.repeat(5_000_000)}`))).toBe('doctype')
  })

  test('a document that is too deep is refused', () => {
    expect(problem(readXml(`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`))).toBe('tooDeep')
    expect(problem(readXml(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`))).toBe('none')
    expect(problem(readXml('<a>'.repeat(1_000_000)))).toBe('tooDeep')
  })

  test('a document that is too long is refused before it is read', () => {
    expect(problem(readXml(list, { limits: { length: 50 } }))).toBe('tooLong')
  })

  test('a document of too many elements or attributes is refused', () => {
    expect(problem(readXml(`<r>${'<a/>'.repeat(1_000_001)}</r>`))).toBe('tooMany')
    const attributes = Array.from({ length: 30 }, (_, at) => `a${at}="1"`).join(' ')
    expect(problem(readXml(`<r ${attributes}/>`, { limits: { nodes: 20 } }))).toBe('tooMany')
  })

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '_', 'cdata'])(
    'an element or attribute called %s changes nothing but itself',
    (name) => {
      const document = `<r><x>1</x><${name}><polluted>yes</polluted></${name}><y ${name}="z">2</y></r>`
      const root = value(readXml(document)) as Record<string, unknown>
      expect(root).toMatchObject({ x: ['1'] })
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
      expect(Object.getPrototypeOf(root)).toBe(Object.prototype)
      const plain = plainXml(root as never) as Record<string, unknown>
      expect(plain).toMatchObject({ x: '1', y: '2' })
      expect(plain.polluted).toBeUndefined()
    },
  )

  test('a root called __proto__ or constructor is read as any other', () => {
    for (const name of ['__proto__', 'constructor'])
      expect(readXml(`<${name}><a>1</a></${name}>`)).toMatchObject({ ok: true, name: `${name}~`, root: { a: ['1'] } })
  })

  test('an attribute that hides a method of objects costs the document and nothing else', () => {
    expect(problem(readXml('<r hasOwnProperty="1" b="2"/>'))).toMatch(/^(none|damaged)$/)
  })

  test('a text of megabytes is read in a moment', () => {
    const text = 'x'.repeat(8_000_000)
    expect(value(readXml(`<r><Base64>${text}</Base64></r>`))).toEqual({ Base64: [text] })
  })
})
