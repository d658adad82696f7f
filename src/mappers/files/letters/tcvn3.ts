/**
 * TCVN3 ("ABC", the fonts `.Vn…`): one byte a letter, as TCVN 5712:1993 VN3 has it. It has no capitals with tone marks: a capital font
 * (`.VnTimeH`) draws the small ones as capitals, and nothing in the text says so.
 */
const rows = [
  ['Ă¡', 'Â¢', 'Ê£', 'Ô¤', 'Ơ¥', 'Ư¦', 'Đ§'],
  ['ă¨', 'â©', 'êª', 'ô«', 'ơ¬', 'ư\u00ad', 'đ®'],
  ['àµ', 'ả¶', 'ã·', 'á¸', 'ạ¹'],
  ['ằ»', 'ẳ¼', 'ẵ½', 'ắ¾', 'ặÆ'],
  ['ầÇ', 'ẩÈ', 'ẫÉ', 'ấÊ', 'ậË'],
  ['èÌ', 'ẻÎ', 'ẽÏ', 'éÐ', 'ẹÑ'],
  ['ềÒ', 'ểÓ', 'ễÔ', 'ếÕ', 'ệÖ'],
  ['ì×', 'ỉØ', 'ĩÜ', 'íÝ', 'ịÞ'],
  ['òß', 'ỏá', 'õâ', 'óã', 'ọä'],
  ['ồå', 'ổæ', 'ỗç', 'ốè', 'ộé'],
  ['ờê', 'ởë', 'ỡì', 'ớí', 'ợî'],
  ['ùï', 'ủñ', 'ũò', 'úó', 'ụô'],
  ['ừõ', 'ửö', 'ữ÷', 'ứø', 'ựù'],
  ['ỳú', 'ỷû', 'ỹü', 'ýý', 'ỵþ'],
] as const

/** As a program that knows nothing of the font shows it (Windows-1252) → the letter. */
export const tcvn3: ReadonlyMap<string, string> = new Map(rows.flat().map((pair) => [pair.slice(1), pair.slice(0, 1)]))
