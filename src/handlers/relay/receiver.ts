/** The province's relay as a portal sees it, on our side. contracts/provincial-sources.md §9.2; docs/receiving.md */
import { systemClock } from '../../base/index.js'
import { readPush } from '../../connectors/index.js'
import type { InboxMessage } from '../../ledger/index.js'
import { isClosedRelay } from '../../mappers/index.js'
import { type AccessPolicy, guarded } from '../access.js'
import { jsonAnswer } from '../answers.js'
import type { InboundHandler, InboundRequest } from '../handler.js'
import { type Manners, type ReceiverOptions, receiving } from '../inbound-message.js'
import { routes } from '../routes.js'

export interface RelayReceiverOptions extends ReceiverOptions {
  /** The push carries no credentials: somebody has to say who may call. */
  readonly access: AccessPolicy
}

/**
 * `POST /DongBoHoSoMC?MaDinhDanhDV=…&isUpdating=True|False` with a bare JSON array, below any folder. `error_code` `"0"` means that all of it is on disk;
 * with `"-1"` what could be taken was taken, and the push is kept for a person.
 *
 * @throws {LienthongError} `config.invalid` when nothing restricts the callers
 */
export function relayReceiver(options: RelayReceiverOptions): InboundHandler {
  const { inbox, access, clock = systemClock, logger } = options
  const push = receiving('DongBoHoSoMC', manners, options, async (text, request) => {
    const { dossiers, problem } = readPush(text)
    if (problem !== null) return [{ field: '', problem }]
    const unit = unitOf(request)
    const messages = dossiers.flatMap((one): InboxMessage[] => {
      if (!one.ok) return []
      // Whether it calls it an update says nothing: this portal always does. What was sent before, the ledger knows.
      const content = { ...one.content, ...(unit === null ? {} : { unit }) }
      return [{ kind: 'state', subject: content.MaHoSo, content: JSON.stringify(content), closed: isClosedRelay(content) }]
    })
    if (messages.length > 0) await inbox.keep(messages)
    return dossiers.flatMap((one, index) => (one.ok ? [] : [{ field: `[${index}]${one.field === '' ? '' : `.${one.field}`}`, problem: one.problem }]))
  })
  // A portal's address of the relay has folders of its own before the name.
  const handler = routes(
    { 'POST /DongBoHoSoMC': push, 'POST /SynsTTHCC/DongBoHoSoMC': push, 'POST /api/SynsTTHCC/DongBoHoSoMC': push },
    { ignoreCase: true, clock, ...(logger === undefined ? {} : { logger }) },
  )
  return guarded(handler, access)
}

/** The national portal refuses with HTTP 200 and a code; what may come again is told by the status. */
const manners: Manners = {
  taken: () => jsonAnswer(200, { error_code: '0', message: 'OK' }),
  refused: (status, message) => jsonAnswer(status === 400 ? 200 : status, { error_code: '-1', message }),
  later: (status, message, headers) => jsonAnswer(status, { error_code: '-1', message }, headers),
}

/** `MaDinhDanhDV`, in any letter case. */
function unitOf({ url }: InboundRequest): string | null {
  const mark = url.indexOf('?')
  if (mark < 0) return null
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    if (name.toLowerCase() === 'madinhdanhdv' && value.trim() !== '') return value.trim().slice(0, 100)
  }
  return null
}
