/** Files of a dossier become links that the national side can open. docs/file-links.md; contracts/national-portal.md §4.1.2, §4.1.6 */
import { canonicalJson, type Finding, notesFor } from '../../base/index.js'
import type { Attachment, Dossier, ResultDocument, SourceFile } from '../../domain/index.js'
import type { FileLinkRow, FileList, PlannedFiles, Vault } from '../../ledger/index.js'
import type { FileLinking } from '../ports.js'
import { fileLinkRules, scoreWithoutLink } from './rules.js'

/** What stands sealed beside a link. */
export interface LinkedFile {
  readonly file: SourceFile
  /** As the dossier names it. */
  readonly name: string
}

interface Place {
  readonly tenant: string
  readonly source: string
  readonly vault: Vault
}

export interface Linked {
  /** With a `url` for each file that lies at the source. */
  readonly dossier: Dossier
  /** undefined: the source tells of no files. */
  readonly files: PlannedFiles | undefined
  readonly findings: readonly Finding[]
}

/**
 * The same file of the same dossier always gets the same link, so that reading it again sends nothing; without our key nobody makes another.
 *
 * @param linking absent: there is no public host, and the findings name what that costs
 */
export function linkFiles(dossier: Dossier, place: Place, linking: FileLinking | undefined): Linked {
  const { documents, results, sourceId } = dossier
  const told = (['documents', 'results'] as const).filter((list) => dossier[list] !== null)
  if (told.length === 0) return { dossier, files: undefined, findings: [] }
  // Links that were made while there was a host stay: whoever took it out of the configuration may put it back.
  if (linking === undefined) return { dossier, files: undefined, findings: withoutHost(dossier) }
  const links: PlannedFiles['links'][number][] = []
  const olderLinks: PlannedFiles['olderLinks'][number][] = []
  const linked = <Item extends Attachment | ResultDocument>(list: FileList, items: readonly Item[] | null): readonly Item[] | null => {
    if (items === null || !items.some(wantsLink)) return items
    return items.map((item) => {
      if (!wantsLink(item) || item.file == null) return item
      const token = tokenOf(place, sourceId, item.file, linking.keyVersion)
      const token_digest = tokenDigest(place.vault, place.tenant, token)
      for (let older = 1; older < linking.keyVersion; older++)
        olderLinks.push({ list, token_digest: tokenDigest(place.vault, place.tenant, tokenOf(place, sourceId, item.file, older)) })
      const content: LinkedFile = { file: item.file, name: item.name }
      links.push({ token_digest, list, sealed: place.vault.seal(place.tenant, sealedFor(token_digest), JSON.stringify(content)) })
      return { ...item, url: `${linking.publicUrl}/${token}` }
    })
  }
  const withLinks = { ...dossier, documents: linked('documents', documents), results: linked('results', results) }
  return { dossier: links.length === 0 ? dossier : withLinks, files: { source_id: sourceId, told, links, olderLinks }, findings: [] }
}

function wantsLink(item: Attachment | ResultDocument): boolean {
  return item.url === null && item.file != null && !('deleted' in item && item.deleted)
}

function withoutHost(dossier: Dossier): readonly Finding[] {
  const note = notesFor<keyof typeof fileLinkRules>(fileLinkRules)
  for (const list of ['results', 'documents'] as const) {
    const files = (dossier[list] ?? []).filter(wantsLink).length
    if (files > 0) note.add('files.no-public-host', list, { files, cost: scoreWithoutLink[list] })
  }
  return note.findings
}

/** `1.` and 43 characters: the version of the key, and what the key makes of the file's place. */
export function tokenOf({ tenant, source, vault }: Place, sourceId: string, file: SourceFile, keyVersion: number): string {
  return `${keyVersion}.${vault.mac(tenant, `file-link-${keyVersion}`, canonicalJson([source, sourceId, file]))}`
}

const TOKEN = /^([1-9]\d{0,3})\.[A-Za-z0-9_-]{43}$/

/** @returns the version of its key; undefined when this is no token at all. */
export function keyVersionOf(token: string): number | undefined {
  const version = TOKEN.exec(token)?.[1]
  return version === undefined ? undefined : Number(version)
}

export function tokenDigest(vault: Vault, tenant: string, token: string): string {
  return vault.digest(tenant, `file-link\n${token}`)
}

function sealedFor(token_digest: string): string {
  return `file-link\n${token_digest}`
}

/** @throws when the row was changed or moved. */
export function openLink({ vault }: Pick<Place, 'vault'>, tenant: string, row: Pick<FileLinkRow, 'token_digest' | 'sealed'>): LinkedFile {
  return JSON.parse(vault.open(tenant, sealedFor(row.token_digest), row.sealed)) as LinkedFile
}
