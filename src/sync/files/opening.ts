/** One door to the files of a source, whatever it calls them. */
import { LienthongError } from '../../base/index.js'
import type { DossierSource, OpenFile, OpenFileOptions } from '../ports.js'
import { openPath } from './paths.js'
import { type FileHost, type WebFileOptions, webFiles } from './web.js'

export interface FileOpenerOptions {
  /** Folders below which files may lie that are named by a path. */
  readonly roots?: readonly string[]
  /** Servers that may be asked for files that are named by an address. */
  readonly hosts?: readonly FileHost[]
  readonly web?: WebFileOptions
  /** Files that are named by an id: the source's own matter. */
  readonly byId?: (id: string, options: OpenFileOptions) => Promise<OpenFile | null>
}

/** For `DossierSource.openFile`. A kind of file that nothing is configured for is refused, with a message that says what to set. */
export function fileOpener({ roots = [], hosts = [], web, byId }: FileOpenerOptions): NonNullable<DossierSource['openFile']> {
  const openUrl = webFiles(hosts, web)
  return async (file, options) => {
    if ('path' in file) return openPath(file.path, roots, options)
    if ('url' in file) return openUrl(file.url, options)
    if (byId !== undefined) return byId(file.id, options)
    throw new LienthongError('files.refused', {
      values: {
        problem: {
          en: 'it is named by an id, and this source has no door for that',
          vi: 'tệp ghi theo mã nhưng nguồn này không có cách mở theo mã',
        },
      },
    })
  }
}
