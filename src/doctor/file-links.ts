/** Whether the links that the national side is given can be opened, asked over their public address as the national side would. */
import { asLienthongError, fillText, type LienthongError, type Text } from '../base/index.js'
import type { Ledger } from '../ledger/index.js'
import { newestFileLink } from '../ledger/index.js'
import { type FileLinking, openLink, tokenOf } from '../sync/index.js'
import { type Download, download } from '../transport/index.js'
import { type Check, doubtful, failed, fine, skipped, wrong } from './check.js'
import { checkReach } from './reach.js'

const says = {
  none: {
    en: 'no `files`: dossiers with files at their source are reported without links',
    vi: 'chưa có `files`: hồ sơ có tệp ở nguồn được báo cáo không kèm liên kết',
  },
  noneHint: {
    en: 'Where sources name files, set `files.publicUrl`: without links the dossiers count neither as electronic results (4.1) nor as digitised (4.2). docs/file-links.md',
    vi: 'Nếu nguồn có tệp, đặt `files.publicUrl`: không có liên kết thì không tính kết quả điện tử (4.1) và số hóa (4.2). docs/file-links.md',
  },
  noLedger: { en: 'links: no ledger yet, nothing to try', vi: 'liên kết: chưa có sổ, chưa thử được' },
  wrongToken: {
    en: 'links: {url} refuses a link that nobody made (404)',
    vi: 'liên kết: {url} từ chối liên kết không do ta tạo (404)',
  },
  anyToken: {
    en: 'links: {url} answers HTTP {status} to a link that nobody made; 404 was expected.',
    vi: 'liên kết: {url} trả HTTP {status} cho liên kết không tồn tại; lẽ ra phải là 404.',
  },
  anyTokenHint: {
    en: 'Something else answers there. Let the web server lead exactly this address to `lienthong files serve`, or to the portal that mounts the handler.',
    vi: 'Có thành phần khác trả lời tại đó. Cho máy chủ web dẫn đúng địa chỉ này về `lienthong files serve` hoặc cổng đã gắn bộ xử lý.',
  },
  noSample: { en: 'links: no file of a synced dossier yet, nothing to open', vi: 'liên kết: chưa có tệp của hồ sơ đã đồng bộ để mở thử' },
  opened: {
    en: 'links: a file of {code} opens at the public address, in parts, as {type}',
    vi: 'liên kết: mở được tệp của hồ sơ {code} qua địa chỉ công khai, theo phần, kiểu {type}',
  },
  whole: {
    en: 'links: a file of {code} opens, but not in parts: HTTP {status} to a range.',
    vi: 'liên kết: mở được tệp của hồ sơ {code} nhưng không tải được từng phần: HTTP {status}.',
  },
  wholeHint: {
    en: 'The web server before us takes `Range` away; let it hand on Range, If-Range and HEAD. Broken downloads of large files begin anew until then.',
    vi: 'Máy chủ web phía trước bỏ mất `Range`; cho chuyển tiếp Range, If-Range và HEAD. Trước đó, tải tệp lớn bị ngắt phải tải lại từ đầu.',
  },
  closed: { en: 'links: a file of {code} does not open: HTTP {status}.', vi: 'liên kết: không mở được tệp của hồ sơ {code}: HTTP {status}.' },
  closedHint: {
    en: '404: the file is gone at its source, of a refused type, or outside `files.roots` and `files.hosts`; 503: the source is away. The log of `files serve` says which.',
    vi: '404: tệp không còn ở nguồn, sai loại, hoặc ngoài `files.roots`, `files.hosts`; 503: nguồn không truy cập được. Nhật ký của `files serve` cho biết lý do.',
  },
  cached: {
    en: 'links: what stands before {url} lets caches keep the files ({cache}).',
    vi: 'liên kết: thành phần trước {url} cho phép lưu đệm tệp ({cache}).',
  },
  cachedHint: { en: 'Let it hand on `Cache-Control` as it comes.', vi: 'Cho chuyển tiếp `Cache-Control` nguyên vẹn.' },
} satisfies Record<string, Text>

export interface FileLinkCheck {
  readonly tenant: string
  readonly linking: FileLinking | undefined
  readonly cacheSeconds?: number | undefined
  /** Whether any source says where its files lie. */
  readonly sourcesHaveFiles: boolean
  readonly ledger: Ledger | undefined
  readonly signal?: AbortSignal
}

export async function* checkFileLinks({ tenant, linking, cacheSeconds, sourcesHaveFiles, ledger, signal }: FileLinkCheck): AsyncGenerator<Check> {
  if (linking === undefined) {
    if (sourcesHaveFiles) yield doubtful('files', says.none, says.noneHint)
    return
  }
  const { publicUrl } = linking
  const values = { url: publicUrl }
  const ask = asking(signal ?? new AbortController().signal)
  // Of the right form, and made by no key.
  const refusal = await ask(`${publicUrl}/${linking.keyVersion}.${'0'.repeat(43)}`)
  if ('error' in refusal) {
    yield checkReach('files.reach', 'links', new URL(publicUrl).host, refusal.error)
    return
  }
  const { status } = refusal.answer
  yield status === 404
    ? fine('files.wrong-token', says.wrongToken, values)
    : wrong('files.wrong-token', says.anyToken, says.anyTokenHint, { ...values, status })
  if (status !== 404) return
  if (ledger === undefined) {
    yield skipped('files.sample', says.noLedger)
    return
  }
  const link = await newestFileLink(ledger, tenant)
  if (link === undefined) {
    yield skipped('files.sample', says.noSample)
    return
  }
  try {
    const { file } = openLink(ledger, tenant, link)
    const token = tokenOf({ tenant, source: link.source, vault: ledger.vault }, link.source_id, file, linking.keyVersion)
    const sample = await ask(`${publicUrl}/${token}`, 'bytes=0-0')
    if ('error' in sample) {
      yield failed('files.sample', sample.error)
      return
    }
    const { headers } = sample.answer
    const about = { code: link.code ?? '', status: sample.answer.status, type: String(headers['content-type'] ?? '') }
    if (about.status === 206) yield fine('files.sample', says.opened, about)
    else if (about.status === 200) yield doubtful('files.sample', says.whole, says.wholeHint, about)
    else yield wrong('files.sample', says.closed, says.closedHint, about)
    const cache = String(headers['cache-control'] ?? '–')
    if (!cacheSeconds && about.status < 300 && !cache.includes('no-store'))
      yield doubtful('files.cache', says.cached, says.cachedHint, { ...values, cache })
  } catch (error) {
    yield failed('files.sample', error, fillText(says.closed, { code: link.code ?? '', status: '–' }))
  }
}

/** Whichever address the public name has from here is right: it is our own. */
function asking(signal: AbortSignal) {
  return async (url: string, range?: string): Promise<{ readonly answer: Omit<Download, 'body'> } | { readonly error: LienthongError }> => {
    const enough = new AbortController()
    try {
      const { status, headers } = await download(new URL(url), {
        system: 'files',
        operation: 'link',
        mayConnect: () => true,
        signal: AbortSignal.any([signal, enough.signal]),
        ...(range === undefined ? {} : { headers: { range } }),
      })
      return { answer: { status, headers } }
    } catch (error) {
      return { error: asLienthongError(error) }
    } finally {
      enough.abort()
    }
  }
}
