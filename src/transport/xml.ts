/**
 * XML of outside systems, read by xml2js under limits: no document type, no entities of its own, bounded size, depth and count.
 * It never throws on what a document holds. DESIGN "transport/".
 */
import { Parser } from 'xml2js'
import { fillText, type Text } from '../base/index.js'

/** An element without children and attributes is its text; `''` when empty. */
export type XmlNode = string | XmlElement

/** Children by name, always as lists. Beside them `_`, the text, and `$`, the attributes, where there are any. */
export interface XmlElement {
  readonly [name: string]: readonly XmlNode[] | string | Readonly<Record<string, string>> | undefined
}

export interface XmlLimits {
  /** Characters of the document. */
  readonly length: number
  /** Elements inside each other. */
  readonly depth: number
  /** Elements and attributes in all. */
  readonly nodes: number
}

export interface XmlOptions {
  /** Default: 64 Mi characters, 64 elements deep, a million nodes. */
  readonly limits?: Partial<XmlLimits>
  /** Reads `soap:Body` and `s:Body` as `Body`, and attributes likewise. */
  readonly withoutPrefixes?: boolean
  /**
   * The element that is one record. Where a document is damaged or cut off, what it held up to its last whole record is still told
   * (`before`); a record that is cut is never half read.
   */
  readonly record?: string
}

export interface XmlDocument {
  /** The root's name. */
  readonly name: string
  readonly root: XmlNode
}

export type XmlReading =
  | ({ readonly ok: true } & XmlDocument)
  | {
      readonly ok: false
      readonly problem: XmlProblem
      /** What is wrong and where, without anything of the content. */
      readonly says: Text
      readonly before?: XmlDocument
    }

const problems = {
  empty: { en: 'the document is empty', vi: 'tài liệu rỗng' },
  tooLong: { en: 'the XML is longer than {limit} characters', vi: 'XML dài hơn {limit} ký tự' },
  tooDeep: {
    en: 'the XML is nested deeper than {limit} elements (line {line}, column {column})',
    vi: 'XML lồng sâu hơn {limit} phần tử (dòng {line}, cột {column})',
  },
  tooMany: {
    en: 'the XML has more than {limit} elements and attributes (line {line}, column {column})',
    vi: 'XML có hơn {limit} phần tử và thuộc tính (dòng {line}, cột {column})',
  },
  doctype: {
    en: 'the XML has a document type or entity definitions, which are refused because they can hide an attack (line {line}, column {column})',
    vi: 'XML có khai báo DOCTYPE hoặc ENTITY, bị từ chối vì có thể che giấu tấn công (dòng {line}, cột {column})',
  },
  damaged: { en: 'the XML is damaged or cut off at line {line}, column {column}', vi: 'XML bị hỏng hoặc bị cắt ở dòng {line}, cột {column}' },
} satisfies Record<string, Text>

export type XmlProblem = keyof typeof problems

const DEFAULTS: XmlLimits = { length: 64 * 1024 * 1024, depth: 64, nodes: 1_000_000 }

/** What xml2js reads with. Its handlers are set when it is made, and wrapped here. */
interface Sax {
  onopentag: (tag: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }) => void
  onclosetag: (name: string) => void
  onerror: (error: Error) => void
  /** Characters read. */
  readonly position: number
  write(text: string): { close(): void }
}

/** Why reading stopped; never leaves this module. */
class Stop {
  constructor(
    readonly problem: XmlProblem,
    readonly limit?: number,
  ) {}
}

/** Reads one document. Names that JavaScript objects already have, e.g. `__proto__`, get a `~` behind them. */
export function readXml(document: string, options: XmlOptions = {}): XmlReading {
  const limits = { ...DEFAULTS, ...options.limits }
  const text = document.charCodeAt(0) === 0xfeff ? document.slice(1) : document
  if (text.length > limits.length) return refused(new Stop('tooLong', limits.length))
  if (text.trim() === '') return refused(new Stop('empty'))
  const definition = firstDefinition(text)
  if (definition !== undefined) return refused(new Stop('doctype'), text, definition)

  const rename = options.withoutPrefixes ? (name: string) => harmless(local(name)) : harmless
  const parser = new Parser({ explicitArray: true, explicitRoot: true, tagNameProcessors: [rename], attrNameProcessors: [rename] })
  const sax = Reflect.get(parser, 'saxParser') as Sax
  const guard = guarded(sax, limits, options.record)
  let read: Readonly<Record<string, XmlNode>> | undefined
  parser.on('end', (value: Readonly<Record<string, XmlNode>>) => {
    read = value
  })
  try {
    sax.write(text).close()
  } catch (error) {
    const stop = error instanceof Stop ? error : new Stop('damaged')
    const whole = stop.problem === 'damaged' ? guard.untilLastRecord(text) : undefined
    return refused(stop, text, sax.position, whole === undefined ? undefined : readXml(whole, { ...options, limits }))
  }
  const [found] = Object.entries(read ?? {})
  return found === undefined ? refused(new Stop('damaged'), text, text.length) : { ok: true, name: found[0], root: found[1] }
}

/** Where the first `<!` stands that is neither a comment nor CDATA. Looked for before the parser does, which takes for ever over a long one. */
function firstDefinition(text: string): number | undefined {
  const harmlessOnes = [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
  ] as const
  for (let at = text.indexOf('<!'); at !== -1; ) {
    const one = harmlessOnes.find(([start]) => text.startsWith(start, at))
    if (one === undefined) {
      // Where the document is cut off, it may have become either.
      const rest = text.slice(at, at + 9)
      return harmlessOnes.some(([start]) => start.startsWith(rest)) ? undefined : at
    }
    const end = text.indexOf(one[1], at + one[0].length)
    if (end === -1) return undefined
    at = text.indexOf('<!', end)
  }
  return undefined
}

/** Watches the limits, and where the last whole record ended. */
function guarded(sax: Sax, limits: XmlLimits, record: string | undefined): { untilLastRecord(text: string): string | undefined } {
  const open: string[] = []
  let nodes = 0
  let last: { readonly at: number; readonly open: readonly string[] } | undefined
  const { onopentag, onclosetag } = sax
  sax.onopentag = (tag) => {
    // A second document behind the first; the parser would let it take the first one's place.
    if (open.length === 0 && nodes > 0) throw new Stop('damaged')
    open.push(tag.name)
    if (open.length > limits.depth) throw new Stop('tooDeep', limits.depth)
    nodes += 1 + Object.keys(tag.attributes).length
    if (nodes > limits.nodes) throw new Stop('tooMany', limits.nodes)
    onopentag(tag)
  }
  sax.onclosetag = (name) => {
    open.pop()
    // An element of that name inside a record does not end it.
    if (record !== undefined && local(name) === record && (last === undefined || open.length <= last.open.length)) {
      last = { at: sax.position, open: [...open] }
    }
    onclosetag(name)
  }
  sax.onerror = () => {
    throw new Stop('damaged')
  }
  return {
    /** The document with all that is still open at that place closed there. */
    untilLastRecord(text) {
      if (last === undefined) return undefined
      const closing = last.open.map((name) => `</${name}>`).reverse()
      return text.slice(0, last.at) + closing.join('')
    },
  }
}

function refused({ problem, limit }: Stop, text = '', at = 0, before?: XmlReading): XmlReading {
  const lines = text.slice(0, at).split('\n')
  const says = fillText(problems[problem], { limit, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 })
  return { ok: false, problem, says, ...(before?.ok ? { before: { name: before.name, root: before.root } } : {}) }
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** `~` cannot stand in a name of XML: nothing else is called so. */
function harmless(name: string): string {
  return name in Object.prototype || name === '_' || name === '$' ? `${name}~` : name
}

/**
 * An element as JSON would have it: a child that occurs once is its value, one that occurs more often a list, and those named in `lists`
 * are lists always. Attributes are left out; `xsi:nil` is null, and an empty list is a list without members.
 */
export function plainXml(node: XmlNode, lists: ReadonlySet<string> = new Set()): unknown {
  if (typeof node === 'string') return node
  const plain: Record<string, unknown> = {}
  let children = 0
  for (const name of Object.keys(node)) {
    if (name === '$' || name === '_') continue
    children += 1
    const nodes = node[name] as readonly XmlNode[]
    plain[name] = nodes.length === 1 && !lists.has(name) ? plainXml(nodes[0] as XmlNode, lists) : nodes.map((child) => plainXml(child, lists))
  }
  if (children > 0) return plain
  return isNil(node) ? null : (node._ ?? '')
}

function isNil({ $ }: XmlElement): boolean {
  if (typeof $ !== 'object' || Array.isArray($)) return false
  return Object.entries($ as Readonly<Record<string, string>>).some(([name, value]) => local(name) === 'nil' && /^(true|1)$/.test(value))
}
