/** Measures in the text format that Prometheus scrapes (version 0.0.4). Why not a library: docs/adr/0013. */

type Labels<Name extends string> = Readonly<Record<Name, string>>

export interface Counter<Name extends string> {
  add(labels: Labels<Name>, by?: number): void
}

export interface Gauge<Name extends string> {
  set(labels: Labels<Name>, value: number): void
  /** Forgets all values: what is not set again is not there. */
  clear(): void
}

export interface Histogram<Name extends string> {
  observe(labels: Labels<Name>, value: number): void
}

export interface Exposition {
  counter<const Name extends string>(name: string, help: string, labels: readonly Name[]): Counter<Name>
  gauge<const Name extends string>(name: string, help: string, labels: readonly Name[]): Gauge<Name>
  histogram<const Name extends string>(name: string, help: string, labels: readonly Name[], upTo: readonly number[]): Histogram<Name>
  /** Everything, as it is scraped. */
  text(): string
}

export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

export function exposition(): Exposition {
  const families: (() => Iterable<string>)[] = []

  function family(name: string, help: string, type: string, lines: () => Iterable<string>): void {
    families.push(function* () {
      yield `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`
      yield `# TYPE ${name} ${type}`
      yield* lines()
    })
  }

  /** Values by their labels as they are written. */
  function plain<Name extends string>(name: string, help: string, type: 'counter' | 'gauge', labels: readonly Name[]) {
    const values = new Map<string, number>()
    family(name, help, type, function* () {
      for (const [written, value] of values) yield `${name}${braced(written)} ${numeral(value)}`
    })
    return { values, key: (given: Labels<Name>) => labelText(labels, given) }
  }

  return {
    counter(name, help, labels) {
      const { values, key } = plain(name, help, 'counter', labels)
      return {
        add(given, by = 1) {
          const written = key(given)
          values.set(written, (values.get(written) ?? 0) + by)
        },
      }
    },
    gauge(name, help, labels) {
      const { values, key } = plain(name, help, 'gauge', labels)
      return { set: (given, value) => void values.set(key(given), value), clear: () => values.clear() }
    },
    histogram(name, help, labels, upTo) {
      const series = new Map<string, { readonly counts: number[]; sum: number }>()
      family(name, help, 'histogram', function* () {
        for (const [written, { counts, sum }] of series) {
          let total = 0
          for (const [index, count] of counts.entries()) {
            total += count
            const le = `le="${numeral(upTo[index] ?? Number.POSITIVE_INFINITY)}"`
            yield `${name}_bucket{${written === '' ? le : `${written},${le}`}} ${total}`
          }
          yield `${name}_sum${braced(written)} ${numeral(sum)}`
          yield `${name}_count${braced(written)} ${total}`
        }
      })
      return {
        observe(given, value) {
          const written = labelText(labels, given)
          const one = series.get(written) ?? { counts: [...upTo, 0].fill(0), sum: 0 }
          series.set(written, one)
          const place = upTo.findIndex((bound) => value <= bound)
          const index = place < 0 ? upTo.length : place
          one.counts[index] = (one.counts[index] ?? 0) + 1
          one.sum += value
        },
      }
    },
    text: () => `${families.flatMap((lines) => [...lines()]).join('\n')}\n`,
  }
}

function labelText<Name extends string>(names: readonly Name[], given: Labels<Name>): string {
  return names.map((name) => `${name}="${escaped(given[name])}"`).join(',')
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function braced(labels: string): string {
  return labels === '' ? '' : `{${labels}}`
}

function numeral(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
