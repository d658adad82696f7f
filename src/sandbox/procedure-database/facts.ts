/** A procedure as the sandbox knows it, before any dialect spells it. `''` and `[]`: the record says nothing. */
import type { Level } from './vocabulary.js'

export interface CodedName {
  readonly code: string
  readonly name: string
}

export interface Facts {
  readonly code: string
  readonly name: string
  /** `LOAITTHC`; `''` in some old records. §5.3 */
  readonly kind: '1' | '2' | '3' | ''
  /** `TRANGTHAI`: anything but 1 is hidden from citizens. */
  readonly state: '1' | '2'
  readonly publisher: CodedName
  readonly sectors: readonly CodedName[]
  readonly levels: readonly Level[]
  readonly processes: readonly { readonly name: string; readonly steps: readonly string[] }[]
  readonly channels: readonly ChannelFacts[]
  readonly documents: readonly { readonly name: string; readonly papers: readonly PaperFacts[] }[]
  readonly results: readonly CodedName[]
  readonly legalBases: readonly LegalBasisFacts[]
  readonly subjects: readonly CodedName[]
  readonly implementing: readonly CodedName[]
  readonly competent: readonly CodedName[]
  readonly coordinating: readonly CodedName[]
  readonly receptionAddress: string
  readonly requirements: string
  readonly keywords: string
  readonly related: readonly string[]
  readonly decisionId: string
  /** Can be done online from end to end. */
  readonly fullProcess: boolean
}

export interface ChannelFacts {
  /** `KENH`. §5.1 */
  readonly channel: 1 | 2 | 3
  readonly limits: readonly LimitFacts[]
}

export type Unit = 'hour' | 'day' | 'working-day' | 'month' | 'other'
export interface LimitFacts {
  /** `null`: only `text` says how long, or nothing does. §10 row 4 */
  readonly value: number | null
  readonly unit: Unit | null
  readonly text: string
  readonly fees: readonly FeeFacts[]
}

export interface FeeFacts {
  /** 1 phí, 2 lệ phí. §5.4 */
  readonly kind: 1 | 2
  /** `null`: the amount sits only in `text`. §10 row 3 */
  readonly amount: number | null
  readonly currency: string
  readonly text: string
}

export interface PaperFacts {
  readonly code: string
  readonly name: string
  readonly originals: number
  readonly copies: number
  readonly forms: readonly { readonly name: string; readonly url: string }[]
  readonly replaceableBy: string
}

export interface LegalBasisFacts {
  readonly number: string
  readonly title: string
  readonly issuer: string
  /** `dd/MM/yyyy` or `''`. */
  readonly issued: string
  readonly effective: string
}

export interface DecisionFacts {
  readonly id: string
  readonly number: string
  /** `yyyy-MM-dd`. */
  readonly day: string
  readonly summary: string
}
