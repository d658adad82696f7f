import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import { encodingNames } from '../../mappers/index.js'
import { dropFolderSource, registerSource } from '../../sync/index.js'
import { tablesSetting } from '../shapes.js'
import { sourceKind } from './kind.js'

/** How files of a drop folder are taken and put away. */
const drop = z.strictObject({
  /** Which names are registers, with `*` and `?`. Default every name. */
  names: z.array(z.string().min(1)).min(1).optional(),
  /** In which order files of one pass are read: of a dossier that several have, the last file counts. Default `name`. */
  order: z.enum(['name', 'date']).optional(),
  /** `stable`: nobody changed the file between two looks; `marker`: beside it lies an empty file of its name and `.done`. Default `stable`. */
  ready: z.enum(['stable', 'marker']).optional(),
  /** Between the two looks, in milliseconds. Default 3000. */
  settleMs: z.number().int().min(0).optional(),
  /** Patterns of names whose files together are the whole register. Default none: what is not in the files is not gone. */
  whole: z.array(z.string().min(1)).min(1).optional(),
  /** Where read files go. Default `archive` in the folder. */
  archive: z.string().min(1).optional(),
  /** Where unreadable files go. Default `quarantine` in the folder. */
  quarantine: z.string().min(1).optional(),
})

/** A register as offices keep it. Its form is told by its content: the three names say what is expected, and share everything else. */
function officeFileKind<Dialect extends 'file-csv' | 'file-xlsx' | 'file-html'>(dialect: Dialect, file: string) {
  return sourceKind({
    dialect,
    product: 'file-csv',
    schema: z
      .strictObject({
        dialect: z.literal(dialect),
        /** The register, read whole each pass. */
        file: z.string().min(1).optional(),
        /** Instead of `file`: a folder into which registers are put, each read once and then put away. */
        folder: z.string().min(1).optional(),
        drop: drop.optional(),
        /** A companion list of payments. */
        payments: z.string().min(1).optional(),
        /** How the text is written, where the file itself does not tell surely. */
        encoding: z.enum(encodingNames).optional(),
        tables: tablesSetting.optional(),
      })
      .refine(({ file, folder }) => (file === undefined) !== (folder === undefined), {
        error: settingMessage({
          en: 'name a "file" that is read each pass, or a "folder" into which files are put: one of the two',
          vi: 'khai "file" (đọc mỗi lần chạy) hoặc "folder" (thư mục nhận tệp), chỉ một trong hai',
        }),
      })
      .refine(({ folder, drop }) => folder !== undefined || drop === undefined, {
        error: settingMessage({ en: '"drop" goes with "folder"', vi: '"drop" chỉ dùng cùng "folder"' }),
        path: ['drop'],
      }),
    example: { dialect, file } as never,
    assemble({ file, folder, drop = {}, payments, encoding, tables }, site) {
      const list = payments === undefined ? undefined : site.path(payments)
      const settings = {
        ...(list === undefined ? {} : { payments: list }),
        ...(encoding === undefined ? {} : { encoding }),
        tables: site.tables(tables, 'file-csv'),
        agencyCode: site.agencyCode,
        procedures: site.procedures,
      }
      if (folder === undefined) {
        const path = site.path(file ?? '')
        return { port: registerSource({ ...settings, file: path }), files: list === undefined ? [path] : [path, list] }
      }
      const path = site.path(folder)
      const { archive, quarantine, names, order, ready, settleMs, whole } = drop
      return {
        port: dropFolderSource({
          ...settings,
          folder: path,
          ...(archive === undefined ? {} : { archive: site.path(archive) }),
          ...(quarantine === undefined ? {} : { quarantine: site.path(quarantine) }),
          ...(names === undefined ? {} : { names }),
          ...(order === undefined ? {} : { order }),
          ...(ready === undefined ? {} : { ready }),
          ...(settleMs === undefined ? {} : { settleMs }),
          ...(whole === undefined ? {} : { whole }),
          ...(site.clock === undefined ? {} : { clock: site.clock }),
        }),
        folders: [path],
        ...(list === undefined ? {} : { files: [list] }),
      }
    },
  })
}

export const csvKind = officeFileKind('file-csv', './register.csv')
export const xlsxKind = officeFileKind('file-xlsx', './register.xlsx')
export const htmlKind = officeFileKind('file-html', './register.xls')
