/** A provincial gateway that holds the session itself and answers with JSON in JSON. contracts/procedure-database.md §3b */
import { type Answer, json } from '../exchange.js'
import type { Call, SimulatedSystem } from '../system.js'
import { LIST_SERVICES, type ProcedureDatabase } from './database.js'
import { notFound, spoiledAnswer, unauthorized } from './spoiling.js'

export const GATEWAY_BASE = '/procedure-database/gateway'
const FAMILY = '/KetNoiMotCuaQuocGia/'

export function gatewayDoor(database: ProcedureDatabase): SimulatedSystem {
  const { options, counts } = database
  const refused = (answer: Answer): Answer => {
    counts.refused()
    return answer
  }
  return {
    name: 'procedure-database-gateway',
    base: GATEWAY_BASE,
    open(request) {
      const path = request.path.slice(GATEWAY_BASE.length)
      const service = path.startsWith(FAMILY) ? path.slice(FAMILY.length) : path
      const fields = Object.fromEntries(request.query)
      const key = fields.maTTHC ?? fields.idQDCB ?? fields.maDonVi ?? ''
      const call = (run: () => Answer): Call => ({
        service,
        key,
        stepKeys: [],
        run,
        sessionLost: () => refused(unauthorized()),
        rejected: () => refused(wrapped({ error_code: 2, message: 'Từ chối theo kịch bản kiểm thử' })),
      })
      if (request.method !== 'GET' || !path.startsWith(FAMILY)) return call(() => refused(notFound()))
      counts.asked(service, service === 'LayThuTuc' ? key : undefined)
      return call(() => {
        if (options.gatewayToken !== null && request.headers.authorization !== `Bearer ${options.gatewayToken}`) return refused(unauthorized())
        const result = database.serve(service, fields)
        if (result === undefined) return refused(notFound())
        const fault = LIST_SERVICES.has(service) ? database.listFault() : service === 'LayThuTuc' ? database.detailFault(key) : undefined
        // What is cut is the text inside: the envelope parses.
        if (fault === 'cut' || fault === 'garbage')
          return json({ message: spoiledAnswer({ status: 200, body: JSON.stringify({ result }) }, fault).body })
        return spoiledAnswer(wrapped({ result }), fault)
      })
    },
  }
}

function wrapped(value: unknown): Answer {
  return json({ message: JSON.stringify(value) })
}
