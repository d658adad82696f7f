import { z } from 'zod'
import { rowSource } from '../../sync/index.js'
import { sourceFiles } from '../shapes.js'
import { sourceKind } from './kind.js'

export const ndjsonKind = sourceKind({
  dialect: 'file-ndjson',
  schema: z.strictObject({
    dialect: z.literal('file-ndjson'),
    /** Dossiers in our own terms, one JSON object a line, read whole each pass. */
    file: z.string().min(1),
    /** Where the files lie that its lines name. */
    files: sourceFiles.optional(),
  }),
  example: { dialect: 'file-ndjson', file: './dossiers.ndjson' },
  assemble(source, site) {
    const file = site.path(source.file)
    return { port: rowSource({ file, agencyCode: site.agencyCode, openFile: site.files(source.files) }), files: [file] }
  },
})
