import type { Logger } from '../base/index.js'
import type { SyncObserver } from './observer.js'

/** The engine's story as log lines: ends and troubles at `info` and `warn`, single calls at `debug`. */
export function loggingObserver(logger: Logger): SyncObserver {
  return {
    pass({ tenant }) {
      logger.debug({ tenant }, 'pass began')
      return {
        ended({ ms, outcome, error, confirmed, failed, postponed, stepsSent }) {
          const fields = { tenant, outcome, ms, confirmed, failed, postponed, stepsSent, ...codeOf(error) }
          if (outcome === 'done') logger.info(fields, 'pass ended')
          else logger.warn(fields, 'pass ended early')
        },
      }
    },
    reading: ({ tenant, source }) => ({
      ended({ ms, error }) {
        if (error === undefined) logger.info({ tenant, source, ms }, 'source read')
        else logger.warn({ tenant, source, ms, ...codeOf(error) }, 'source not read to its end')
      },
    }),
    batch: (batch) => logger.debug({ ...batch }, 'batch read'),
    send: (send) => logger.debug({ ...send }, 'send settled'),
    brake({ tenant, system, brake, error }) {
      if (error !== undefined) logger.warn({ tenant, system, brake, ...codeOf(error) }, 'brake on')
    },
    slice: ({ tenant, shard }) => ({
      ended({ ms, outcome, sends, error }) {
        const fields = { tenant, shard, outcome, ms, sends, ...codeOf(error) }
        if (outcome === 'failed' || outcome === 'stopped') logger.warn(fields, 'slice ended early')
        else logger.info(fields, 'slice ended')
      },
    }),
    leaseLost: ({ tenant, shard }) => logger.warn({ tenant, shard }, 'lease lost'),
  }
}

function codeOf(error: { readonly code: string } | undefined): { readonly code?: string } {
  return error === undefined ? {} : { code: error.code }
}
