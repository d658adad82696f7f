import type { FindingRule, Text } from '../../base/index.js'
import type { FileList } from '../../ledger/index.js'

/** What making links may have to say. */
export const fileLinkRules = {
  'files.no-public-host': {
    severity: 'warn',
    says: {
      en: '{files} files lie at the source, no link leads to them, and they are not reported: {cost}.',
      vi: 'Có {files} tệp ở hệ thống nguồn nhưng không có liên kết mở được nên không báo cáo: {cost}.',
    },
    hint: {
      en: 'Configure `files.publicUrl` and run `lienthong files serve` behind it (docs/file-links.md); dossiers sent before then go again with `sync run --resend-closed`.',
      vi: 'Cấu hình `files.publicUrl` và chạy `lienthong files serve` phía sau (docs/file-links.md); hồ sơ đã gửi trước đó gửi lại bằng `sync run --resend-closed`.',
    },
  },
} as const satisfies Record<string, FindingRule>

/** What a missing link costs nationally. contracts/rules-and-indicators.md, groups 3a and 4; contracts/national-portal.md §8.1 */
export const scoreWithoutLink: Readonly<Record<FileList, Text>> = {
  results: {
    en: 'the dossier counts neither as electronic result (4.1, up to 6 points), nor as digitised where a result is required (4.2, up to 4 points), nor as online (3.3)',
    vi: 'hồ sơ không được tính kết quả điện tử (4.1, tối đa 6 điểm), không được tính số hóa khi cần kết quả (4.2, tối đa 4 điểm), không được tính trực tuyến (3.3)',
  },
  documents: {
    en: 'the dossier does not count as digitised (4.2, up to 4 points)',
    vi: 'hồ sơ không được tính số hóa (4.2, tối đa 4 điểm)',
  },
}
