/** Where the files of a source lie, and how the national side is led to them, as a configuration says. docs/file-links.md */
import { resolve } from 'node:path'
import { type DossierSource, type FileHost, type FileLinking, type FileOpenerOptions, fileOpener } from '../sync/index.js'
import { readSecret } from './load.js'
import type { Assembly } from './parts.js'
import { present } from './present.js'
import type { TenantConfig } from './schema.js'
import type { SourceFilesSetting } from './shapes.js'

/** @returns undefined without a public host: then each dossier with files has a finding. */
export function fileLinkingOf(files: TenantConfig['files']): FileLinking | undefined {
  return files && { publicUrl: files.publicUrl, keyVersion: files.keyVersion }
}

/** @throws {LienthongError} `config.…` for a secret that cannot be read. */
export function fileOpenerOf(
  assembly: Assembly,
  setting: SourceFilesSetting | undefined,
  byId: FileOpenerOptions['byId'],
  place: string,
): NonNullable<DossierSource['openFile']> {
  const { roots, hosts = [], caFile } = setting ?? {}
  return fileOpener({
    roots: roots?.map((root) => resolve(assembly.folder, root)) ?? [],
    hosts: hosts.map((host, index): FileHost => {
      if (typeof host === 'string') return { origin: host }
      const { origin, networks, authorization } = host
      const shown = authorization && readSecret(authorization, `${place}.files.hosts.${index}.authorization`, assembly)
      return { origin, ...present({ networks, headers: shown === undefined ? undefined : { authorization: shown } }) } as FileHost
    }),
    web: { system: place, ...(caFile === undefined ? {} : { caFile: resolve(assembly.folder, caFile) }) },
    ...(byId === undefined ? {} : { byId }),
  })
}
