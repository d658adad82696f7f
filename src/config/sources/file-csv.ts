import { z } from 'zod'
import { registerSource } from '../../sync/index.js'
import { tablesSetting } from '../shapes.js'
import { sourceKind } from './kind.js'

export const csvKind = sourceKind({
  dialect: 'file-csv',
  schema: z.strictObject({
    dialect: z.literal('file-csv'),
    /** The register, read whole each pass. */
    file: z.string().min(1),
    /** A companion list of payments. */
    payments: z.string().min(1).optional(),
    tables: tablesSetting.optional(),
  }),
  example: { dialect: 'file-csv', file: './register.csv' },
  assemble(source, site) {
    const file = site.path(source.file)
    const payments = source.payments === undefined ? undefined : site.path(source.payments)
    return {
      port: registerSource({
        file,
        ...(payments === undefined ? {} : { payments }),
        tables: site.tables(source.tables, 'file-csv'),
        agencyCode: site.agencyCode,
        procedures: site.procedures,
      }),
      files: payments === undefined ? [file] : [file, payments],
    }
  },
})
