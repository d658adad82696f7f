import { expect, test } from 'vitest'
import { exposition } from '../../src/monitoring/exposition.js'

test('counters add up, gauges forget, and each family says what it is, also while it is empty', () => {
  const out = exposition()
  const sends = out.counter('sends_total', 'Calls', ['tenant', 'outcome'])
  const waiting = out.gauge('waiting', 'Dossiers', ['tenant'])
  out.gauge('empty', 'Nothing yet', [])
  sends.add({ tenant: 'a', outcome: 'ok' })
  sends.add({ outcome: 'ok', tenant: 'a' }, 2)
  waiting.set({ tenant: 'gone' }, 9)
  waiting.clear()
  waiting.set({ tenant: 'a' }, 0.5)
  expect(out.text()).toBe(
    [
      '# HELP sends_total Calls',
      '# TYPE sends_total counter',
      'sends_total{tenant="a",outcome="ok"} 3',
      '# HELP waiting Dossiers',
      '# TYPE waiting gauge',
      'waiting{tenant="a"} 0.5',
      '# HELP empty Nothing yet',
      '# TYPE empty gauge',
      '',
    ].join('\n'),
  )
})

test('a histogram counts what is at most its bounds, all of it under +Inf', () => {
  const out = exposition()
  const seconds = out.histogram('seconds', 'Calls', ['tenant'], [0.1, 1])
  for (const value of [0.1, 0.2, 5]) seconds.observe({ tenant: 'a' }, value)
  expect(out.text().split('\n').slice(2, -1)).toEqual([
    'seconds_bucket{tenant="a",le="0.1"} 1',
    'seconds_bucket{tenant="a",le="1"} 2',
    'seconds_bucket{tenant="a",le="+Inf"} 3',
    'seconds_sum{tenant="a"} 5.3',
    'seconds_count{tenant="a"} 3',
  ])
})

test('a label cannot break out of its quotes', () => {
  const out = exposition()
  out.counter('x_total', 'A \\ and\na line', ['cause']).add({ cause: 'a"b\\c\nd' })
  expect(out.text()).toBe('# HELP x_total A \\\\ and\\na line\n# TYPE x_total counter\nx_total{cause="a\\"b\\\\c\\nd"} 1\n')
})
