/** The pages that a province's procedures link to: most of them live. The beginning of the last path segment says what becomes of a visitor. */
import type { Answer } from '../exchange.js'
import type { Call, SimulatedSystem } from '../system.js'
import { notFound, page } from './spoiling.js'

export const SERVICES_BASE = '/procedure-database/services'

export function publishedServices(slowPageMs: number): SimulatedSystem {
  const answers: readonly (readonly [beginning: string, answer: (name: string) => Answer])[] = [
    ['dead-', notFound],
    ['broken-', () => page(500, 'Lỗi hệ thống')],
    ['slow-', (name) => ({ ...live(name), delayMs: slowPageMs })],
    ['moved-', (name) => ({ status: 302, body: '', headers: { location: `${SERVICES_BASE}/${name.slice('moved-'.length)}` } })],
    ['', live],
  ]
  return {
    name: 'procedure-database-services',
    base: SERVICES_BASE,
    open(request) {
      const name = request.path.slice(request.path.lastIndexOf('/') + 1)
      const call = (run: () => Answer): Call => ({
        service: 'page',
        key: name,
        stepKeys: [],
        run,
        sessionLost: () => page(403, 'Vui lòng đăng nhập'),
        rejected: () => page(403, 'Truy cập bị từ chối'),
      })
      if (request.method !== 'GET' && request.method !== 'HEAD') return call(() => page(405, 'Method Not Allowed'))
      const [, answer] = answers.find(([beginning]) => name.startsWith(beginning)) ?? ['', live]
      return call(() => answer(name))
    },
  }
}

/** The name is the visitor's: it is not repeated in the page. */
function live(_: string): Answer {
  return page(200, 'Nộp hồ sơ trực tuyến')
}
