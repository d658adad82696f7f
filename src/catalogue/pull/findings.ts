/** What can go wrong with single procedures of a pull, in words. */
import { type Finding, fillText, LienthongError, type Text } from '../../base/index.js'

const lastGood: Text = {
  en: 'What is known of this procedure stays in force; the next pull asks again.',
  vi: 'Thông tin đã biết của thủ tục này vẫn được dùng; lần kéo sau sẽ hỏi lại.',
}

function warning(ruleId: string, path: string, message: Text, hint: Text = lastGood): Finding {
  return { ruleId, severity: 'warn', path, message, hint }
}

export const pullFindings = {
  listRow: (problem: Text): Finding =>
    warning('catalogue.list-row', '', problem, {
      en: 'The other rows were read. Tell the operator of the database which row it is.',
      vi: 'Các dòng khác đã được đọc. Báo cho đơn vị vận hành cơ sở dữ liệu biết dòng này.',
    }),
  listedTwice: (code: string): Finding =>
    warning(
      'catalogue.listed-twice',
      '',
      fillText(
        { en: 'The list shows {code} twice, with two names; the first one counts.', vi: 'Danh sách có {code} hai lần với hai tên; lấy tên đầu.' },
        { code },
      ),
      { en: 'Check the code at the national portal.', vi: 'Kiểm tra mã này trên Cổng quốc gia.' },
    ),
  unknownCode: (code: string): Finding =>
    warning(
      'catalogue.detail-empty',
      '',
      fillText({ en: 'The list shows {code}, and its details came back empty.', vi: 'Danh sách có {code} nhưng chi tiết trả về rỗng.' }, { code }),
    ),
  anotherProcedure: (code: string, got: string): Finding =>
    warning(
      'catalogue.detail-of-another',
      '',
      fillText({ en: 'Asked for {code}, the database answered with {got}.', vi: 'Hỏi {code} nhưng cơ sở dữ liệu trả về {got}.' }, { code, got }),
    ),
  detailFailed: (error: LienthongError): Finding => ({
    ruleId: error.code,
    severity: 'warn',
    path: '',
    message: error.text,
    hint: lastGood,
  }),
  referenceFailed: (error: LienthongError): Finding =>
    warning(error.code, '', error.text, {
      en: 'No dossier waits for it. The next pull asks again; a dictionary that the database does not offer is left out with `dictionaries`.',
      vi: 'Hồ sơ không phụ thuộc nội dung này. Lần kéo sau sẽ hỏi lại; danh mục mã mà cơ sở dữ liệu không cung cấp thì bỏ khỏi `dictionaries`.',
    }),
  listNotWhole: (): LienthongError => new LienthongError('catalogue.list_cut', {}),
}
