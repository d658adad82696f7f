/**
 * What a one-stop system pushes to the provincial LGSP. contracts/provincial-sources.md §5. Read leniently: scalars may be text, number or
 * boolean, and what the client was seen to leave out may be absent. Members that are not named here are left out.
 */
import { z } from 'zod'
import { dossierNumber, textLike } from '../lenient/wire.js'

/** The bytes of a file were taken out of the message and are kept beside it. */
const keptFile = z.object({ id: z.string(), bytes: z.number() })

export const msyncAttachment = z.object({
  /** The schema spells it `Attachmentld`, with a lower-case L. */
  AttachmentId: textLike,
  AttachmentName: textLike,
  IsDeleted: textLike,
  /** The whole file. */
  Base64: textLike,
  IsVerified: textLike,
  /** Ours, in place of `Base64`. */
  File: keptFile.nullish(),
  /** Ours: why there is neither. */
  FileDropped: z.string().nullish(),
})
export const msyncFee = z.object({ FeeName: textLike, FeeType: textLike, Price: textLike })
export const msyncPaper = z.object({ PaperName: textLike, Amount: textLike, PaperType: textLike })
export const msyncSupplementary = z.object({
  SupplementaryId: textLike,
  SendUser: textLike,
  SendComment: textLike,
  SendDate: textLike,
  ReceivedUser: textLike,
  ReceivedComment: textLike,
  ReceivedDate: textLike,
  IsReceived: textLike,
  Papers: z.array(msyncPaper).nullish(),
  Fees: z.array(msyncFee).nullish(),
  OldDateAppointed: textLike,
  NewDateAppointed: textLike,
})

/** §5.2 */
const documentMembers = z.object({
  DocTypeCode: textLike,
  DocTypeName: textLike,
  DocCode: dossierNumber,
  CitizenName: textLike,
  CitizenInfo: textLike,
  ApplicantsId: textLike,
  ApplicantsType: textLike,
  Address: textLike,
  Email: textLike,
  Phone: textLike,
  Compendium: textLike,
  DateReceived: textLike,
  DateAppointed: textLike,
  IsSuccess: textLike,
  SuccessDate: textLike,
  ApproverName: textLike,
  ApproverPosition: textLike,
  SuccessNote: textLike,
  IsReturned: textLike,
  ReturnedDate: textLike,
  ReturnNote: textLike,
  ReturnedType: textLike,
  FinishedDate: textLike,
  Status: textLike,
  ProcessingOrganName: textLike,
  OrganInchargeIdLevel1: textLike,
  OrganInchargeName: textLike,
  HasSupplementary: textLike,
  RequireSupplementaryDate: textLike,
  Note: textLike,
  Attachments: z.array(msyncAttachment).nullish(),
  DocFees: z.array(msyncFee).nullish(),
  DocPapers: z.array(msyncPaper).nullish(),
  Supplementaries: z.array(msyncSupplementary).nullish(),
})
export const documentNames = Object.keys(documentMembers.shape)

export const NO_DOCUMENT = 'no document'

/** A trace that was sent to the wrong address has a number too, and must not become a dossier. */
export const msyncDocument = documentMembers.refine(
  ({ DocTypeCode, DocTypeName, CitizenName }) => DocTypeCode != null || DocTypeName != null || CitizenName != null,
  { path: ['DocTypeCode'], message: NO_DOCUMENT },
)
export type MsyncDocument = z.infer<typeof msyncDocument>

/** §5.3. The dossier's current action; earlier ones are never sent again. */
export const msyncTrace = z.object({
  DocumentId: textLike,
  DocCode: dossierNumber,
  UserName: textLike,
  UserPosition: textLike,
  DateCreated: textLike,
  Comment: textLike,
  /** Always 0. */
  Status: textLike,
  OrganizationInchargeIdLevel1: textLike,
  OrganizationInchargeName: textLike,
})
export type MsyncTrace = z.infer<typeof msyncTrace>

/** The answer: on the wire HTTP 200 alone means success. */
export interface MResult {
  readonly Status: 0 | 1
  readonly Message: string
}
