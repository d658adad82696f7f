export { type LabelQuality, type LocalLine, readLocalLines } from './local.js'
export { readNationalLines, toNationalLine } from './national.js'
