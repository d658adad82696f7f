/** The sentences in which a match is explained. */
import { fillText, type Text, type TextValues } from '../../base/index.js'

const SENTENCES = {
  'name.identical': { en: 'same name', vi: 'trùng tên' },
  'name.same': { en: 'same name but for the way it is written', vi: 'trùng tên, chỉ khác cách viết' },
  'name.typos': { en: 'same name but for {count} misspelt word(s)', vi: 'trùng tên, chỉ khác {count} chữ gõ sai' },
  'name.reordered': { en: 'same words in another order', vi: 'cùng các từ, khác thứ tự' },
  'name.cut': { en: 'the name is the beginning of “{name}”', vi: 'tên là phần đầu của “{name}”' },
  'name.maybe-cut': {
    en: 'the name is the beginning of “{name}”, but may also be the whole name of another procedure',
    vi: 'tên là phần đầu của “{name}”, nhưng cũng có thể là tên đầy đủ của thủ tục khác',
  },
  'name.part': { en: 'one name says less than the other', vi: 'một tên ghi ít nội dung hơn tên kia' },
  'name.different': { en: 'the names share {percent} % of the words', vi: 'hai tên có chung {percent} % số từ' },
  'name.words': { en: 'only one of the names has: {words}', vi: 'chỉ một trong hai tên có: {words}' },
  'name.doubtful': { en: 'a word may be misspelt or another word', vi: 'có từ có thể gõ sai hoặc là từ khác' },
  'name.initials': { en: 'an abbreviation fits by its initials', vi: 'chữ viết tắt khớp theo chữ đầu' },
  'level.agrees': { en: 'level agrees: {level}', vi: 'cấp thực hiện khớp: {level}' },
  'level.differs': { en: 'level differs: {local} / {national}', vi: 'cấp thực hiện khác: {local} / {national}' },
  'sector.agrees': { en: 'same sector', vi: 'cùng lĩnh vực' },
  'sector.differs': { en: 'sector differs: {local} / {national}', vi: 'lĩnh vực khác: {local} / {national}' },
  'agency.agrees': { en: 'same agency', vi: 'cùng cơ quan' },
  'documents.shared': { en: '{percent} % of the documents agree', vi: '{percent} % thành phần hồ sơ khớp' },
  'code.agrees': { en: 'the code {code} is this procedure’s', vi: 'mã {code} là của thủ tục này' },
  'code.repaired': {
    en: 'the code “{text}” lost figures; by the name it is {code}',
    vi: 'mã “{text}” bị mất chữ số; theo tên thì là {code}',
  },
  'code.of-other': { en: 'the code {code} belongs to “{name}”', vi: 'mã {code} là của “{name}”' },
  'code.partly': {
    en: 'the code {code} belongs to “{name}”, with which the name agrees only partly',
    vi: 'mã {code} là của “{name}”, tên chỉ khớp một phần',
  },
  'code.other-level': {
    en: 'the code {code} has this name, but so has another procedure, whose level or sector fits better',
    vi: 'mã {code} trùng tên, nhưng thủ tục khác cùng tên có cấp hoặc lĩnh vực khớp hơn',
  },
  'code.unknown': { en: 'the national catalogue has no code {code}', vi: 'danh mục quốc gia không có mã {code}' },
  'code.unreadable': { en: '“{text}” is no procedure code', vi: '“{text}” không phải mã thủ tục' },
  'codes.differ': { en: 'the codes given differ: {codes}', vi: 'các mã ghi kèm khác nhau: {codes}' },
  'rivals.alike': { en: '{count} national procedures fit equally well', vi: '{count} thủ tục quốc gia khớp như nhau' },
  'rivals.chosen': {
    en: 'of {count} with this name only this one has the level or sector',
    vi: 'trong {count} thủ tục cùng tên, chỉ thủ tục này khớp cấp hoặc lĩnh vực',
  },
  'none.near': { en: 'no national procedure has a name like this', vi: 'không có thủ tục quốc gia nào có tên tương tự' },
} as const satisfies Record<string, Text>

export type ReasonId = keyof typeof SENTENCES

export function reason(id: ReasonId, values?: TextValues): Text {
  return fillText(SENTENCES[id], values)
}

const LEVELS: Readonly<Record<string, Text>> = {
  ministry: { en: 'ministry', vi: 'cấp Bộ' },
  province: { en: 'province', vi: 'cấp tỉnh' },
  district: { en: 'district', vi: 'cấp huyện' },
  commune: { en: 'commune', vi: 'cấp xã' },
  other: { en: 'other body', vi: 'cơ quan khác' },
}

export function levelNames(levels: Iterable<string>): Text {
  const named = [...levels].map((level) => LEVELS[level] ?? { en: level, vi: level })
  return { en: named.map(({ en }) => en).join(', '), vi: named.map(({ vi }) => vi).join(', ') }
}
