import type { Vnd } from './money.js'
import type { PlaceLevel } from './place-register.js'
import type { SourceFile } from './source-file.js'
import type { DossierStatus } from './status.js'
import type { Instant, LocalDate } from './time.js'

/**
 * One citizen's case under a procedure, as the province knows it. `null` always means "not known", never "none":
 * an empty list of fees says that nothing is due, `fees: null` says that nobody told us.
 */
export interface Dossier {
  /** The source's stable id. Identity in the ledger; never sent, never shown to citizens. */
  readonly sourceId: string
  /** The number the province's own system shows. */
  readonly localCode: string | null
  /** The number under which the national portal keeps the dossier (`MaHoSo`). */
  readonly nationalCode: string | null
  /** `national` when it was filed on the national portal and keeps that number. */
  readonly origin: 'local' | 'national'
  readonly receiptNumber: string | null
  readonly procedure: ProcedureRef
  readonly sector: CodeAndName
  /** The unit that handles the dossier. */
  readonly agency: CodeAndName
  readonly applicant: Applicant
  /** Who filed it, when that is somebody else. */
  readonly submitter: Submitter | null
  readonly summary: string | null
  readonly note: string | null
  readonly channel: Channel | null
  /** Which portal took it in. */
  readonly filedAt: 'national' | 'provincial' | null
  readonly submittedAt: Instant | null
  readonly receivedAt: Instant | null
  readonly dueAt: Instant | null
  /** End of processing: what the national on-time test compares with `dueAt`. */
  readonly finishedAt: Instant | null
  /** Hand-over of the result. */
  readonly returnedAt: Instant | null
  readonly refusedAt: Instant | null
  readonly returnBy: ReturnWay | null
  readonly returnNote: string | null
  readonly status: DossierStatus | null
  /** In the order in which they happened. `null` when the source shows no history. */
  readonly steps: readonly ProgressStep[] | null
  readonly fees: readonly Fee[] | null
  readonly onlinePayment: OnlinePayment | null
  readonly documents: readonly Attachment[] | null
  readonly otherPapers: readonly Paper[] | null
  readonly supplements: readonly SupplementRequest[] | null
  readonly results: readonly ResultDocument[] | null
  /** Has at least one digitised component (`HoSoCoThanhPhanSoHoa`). */
  readonly digitised: boolean | null
  /** Codes of the national databases that were used (`MaCSDL`). */
  readonly databases: readonly string[] | null
}

export interface CodeAndName {
  readonly code: string | null
  readonly name: string | null
}

export interface ProcedureRef {
  /** As the source writes it, often with the province's suffix. */
  readonly localCode: string | null
  readonly name: string | null
}

/** `KenhThucHien` 1, 2, 3. */
export type Channel = 'direct' | 'online' | 'post'
/** `HinhThuc` 0, 1. */
export type ReturnWay = 'counter' | 'post'
/** `LoaiDoiTuong` 1 to 4. */
export type ApplicantKind = 'citizen' | 'business' | 'state-body' | 'organization'
/** `DuocThanhToanTrucTuyen` 1, 2, 0, 3; 3 is sent by one client and its meaning is unconfirmed. */
export type OnlinePayment = 'national' | 'provincial' | 'none' | 'requested-offline'

export interface Applicant {
  readonly name: string | null
  readonly kind: ApplicantKind | null
  readonly identities: readonly Identity[]
  /** TechID of the account on the national portal; only meaningful for online dossiers. */
  readonly nationalAccountId: string | null
  /** Account verified with VNeID. */
  readonly identityVerified: boolean | null
  readonly phone: string | null
  readonly email: string | null
  readonly fax: string | null
  readonly address: string | null
  /** Codes of the address, where the source has them. Never sent; absent counts as null. */
  readonly places?: PlaceCodes | null
  readonly note: string | null
}

/** Codes of the administrative divisions as the source has them, of whichever time. */
export type PlaceCodes = Readonly<Record<PlaceLevel, string | null>>

export interface Submitter {
  readonly name: string | null
  readonly phone: string | null
  readonly email: string | null
}

export interface Identity {
  readonly kind: 'personal-number' | 'old-id-card' | 'tax-code' | 'other'
  readonly number: string
  readonly issuedOn: LocalDate | null
}

export interface ProgressStep {
  /** The source's own id of the step, when it has one. */
  readonly id: string | null
  readonly at: Instant
  /** National status after the step; `null` until a table says it. */
  readonly status: DossierStatus | null
  /** The source's action or task code: the key into the table action → status. */
  readonly action: string | null
  readonly officer: string | null
  readonly position: string | null
  readonly department: string | null
  readonly note: string | null
  readonly startedAt: Instant | null
  readonly deadline: Instant | null
  /** Not reported by the source but drawn from the record's own dates. */
  readonly derived: boolean
}

export interface Fee {
  readonly name: string | null
  /** Code of the national fee list (`MaPhiLePhi`). */
  readonly code: string | null
  readonly amount: Vnd
  readonly paid: boolean | null
  /** When it is collected: code of contracts/national-portal.md §5.5. */
  readonly collectedAt: string | null
  /** `LoaiPhiLePhi`, §5.6. */
  readonly kind: string | null
}

export interface Attachment {
  readonly id: string | null
  readonly name: string
  readonly componentCode: string | null
  /** Where the national side fetches the file. Volatile: left out of the wire fingerprint. */
  readonly url: string | null
  /** Where it lies at the source; a link is made of it where `url` is null. Never sent. */
  readonly file: SourceFile | null
  readonly deleted: boolean
  readonly digitised: boolean | null
  /** 0 none, 1 from another dossier's component, 2 from another dossier's result. §5.7 */
  readonly reuse: 0 | 1 | 2 | null
  readonly fromPersonalStore: boolean | null
  readonly replacedByResult: string | null
}

export interface Paper {
  readonly name: string
  readonly copies: number | null
  readonly kind: string | null
}

export interface SupplementRequest {
  readonly id: string | null
  readonly requestedBy: string | null
  readonly content: string | null
  readonly requestedAt: Instant | null
  readonly receivedBy: string | null
  readonly receiptNote: string | null
  readonly receivedAt: Instant | null
  readonly received: boolean | null
  readonly papers: readonly Paper[]
  readonly fees: readonly Fee[]
  readonly dueBefore: Instant | null
  readonly dueAfter: Instant | null
}

export interface ResultDocument {
  readonly id: string | null
  readonly name: string
  readonly componentCode: string | null
  readonly url: string | null
  /** As in {@link Attachment.file}. */
  readonly file: SourceFile | null
  /** `KQ.…` from the procedure; code and link together make an electronic result. */
  readonly resultCode: string | null
}
