import { z } from 'zod'
import { encodingNames } from '../../mappers/index.js'
import { registerSource } from '../../sync/index.js'
import { tablesSetting } from '../shapes.js'
import { sourceKind } from './kind.js'

/** A register as offices keep it. Its form is told by its content: the three names say what is expected, and share everything else. */
function officeFileKind<Dialect extends 'file-csv' | 'file-xlsx' | 'file-html'>(dialect: Dialect, file: string) {
  return sourceKind({
    dialect,
    product: 'file-csv',
    schema: z.strictObject({
      dialect: z.literal(dialect),
      /** The register, read whole each pass. */
      file: z.string().min(1),
      /** A companion list of payments. */
      payments: z.string().min(1).optional(),
      /** How the text is written, where the file itself does not tell surely. */
      encoding: z.enum(encodingNames).optional(),
      tables: tablesSetting.optional(),
    }),
    example: { dialect, file } as never,
    assemble(source, site) {
      const path = site.path(source.file)
      const payments = source.payments === undefined ? undefined : site.path(source.payments)
      return {
        port: registerSource({
          file: path,
          ...(payments === undefined ? {} : { payments }),
          ...(source.encoding === undefined ? {} : { encoding: source.encoding }),
          tables: site.tables(source.tables, 'file-csv'),
          agencyCode: site.agencyCode,
          procedures: site.procedures,
        }),
        files: payments === undefined ? [path] : [path, payments],
      }
    },
  })
}

export const csvKind = officeFileKind('file-csv', './register.csv')
export const xlsxKind = officeFileKind('file-xlsx', './register.xlsx')
export const htmlKind = officeFileKind('file-html', './register.xls')
