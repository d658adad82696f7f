export { type LabelQuality, type LocalLine, readLocalLines } from './local.js'
export { nationalLines, readNationalLines, toNationalLine } from './national.js'
