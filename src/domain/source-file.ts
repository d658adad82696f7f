/**
 * Where a file lies at its source: below a folder that the configuration names, under an id of the source's own, or at an address inside the
 * province. Never sent: the national side gets a link of ours instead (docs/file-links.md). Bytes that came inside a message stay where the
 * message is kept, and the id says where. contracts/provincial-sources.md §5.2, §7.3, §8.1
 */
export type SourceFile = { readonly path: string } | { readonly id: string } | { readonly url: string }

export type SourceFileKind = 'path' | 'id' | 'url'

export function sourceFileKind(file: SourceFile): SourceFileKind {
  return 'path' in file ? 'path' : 'id' in file ? 'id' : 'url'
}
