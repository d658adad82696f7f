/**
 * What was pushed to us, kept before it is acknowledged. One file for all tenants and sources that receive; each of them sees its own part.
 * Content is sealed with the ledger's key (docs/security.md); numbers of dossiers, days and counts stand in clear, as in the ledger.
 */
export interface InboxMessage {
  /** `state`: how a dossier stands, the newest of which counts. `event`: something that happened to it, all of which count. */
  readonly kind: 'state' | 'event'
  /** The number of the dossier. */
  readonly subject: string
  readonly content: string
  /** Of a state: files that came inside it, by the id that its content names. Those of an earlier state go. */
  readonly files?: readonly InboxFile[]
  /** Of a state: nothing more is expected; once confirmed and old enough, its content goes. */
  readonly closed?: boolean
}

export interface InboxFile {
  readonly id: string
  /** Base64, as it came. */
  readonly content: string
}

/** A dossier as far as it is known: its newest state, and every event in the order of arrival. */
export interface InboxRecord {
  readonly subject: string
  readonly state: string
  readonly events: readonly string[]
}

/** What could not be taken, kept for a person. */
export interface RejectedMessage {
  /** What is wrong and where, without content. */
  readonly reason: string
  readonly body: Uint8Array
}

export interface KeptRejection extends RejectedMessage {
  readonly id: number
  /** When it came last. */
  readonly at: number
  readonly times: number
}

export interface InboxStanding {
  /** Dossiers whose state is here. */
  readonly dossiers: number
  /** Of these, what came was confirmed by the target. */
  readonly confirmed: number
  /** Numbers of which only events came: they make no dossier. */
  readonly withoutState: number
  readonly rejected: number
  /** Accepted and kept out: how many of each kind. */
  readonly counted: Readonly<Record<string, number>>
}

export interface Inbox {
  /** Of this file: positions of another one mean nothing here. */
  readonly id: string
  /**
   * Resolves when all of it is on disk: only then may the sender hear of it. A message that is here already changes nothing.
   *
   * @throws {LienthongError} `inbox.unusable`: nothing of it was kept
   */
  keep(messages: readonly InboxMessage[]): Promise<void>
  /** As {@link keep}. @returns false when so many wait already that it was not kept. */
  reject(message: RejectedMessage): Promise<boolean>
  /** Accepted and not kept. */
  count(kind: string): Promise<void>
  /** The dossiers of which something came after a position, oldest first. A dossier that gets something meanwhile moves behind. */
  changedAfter(position: number, limit: number): Promise<{ readonly records: readonly InboxRecord[]; readonly position: number }>
  /** The position of the newest message. */
  head(): Promise<number>
  record(subject: string): Promise<InboxRecord | null>
  /**
   * The target has it as `record` shows it. Content of closed dossiers that were confirmed long ago goes on this occasion.
   *
   * @returns false when something came meanwhile
   */
  confirm(subject: string, shown: (record: InboxRecord) => boolean): Promise<'confirmed' | 'changed' | 'absent'>
  /** A file in base64. */
  file(subject: string, id: string): Promise<string | null>
  /** What waits for a person, the newest first. */
  rejected(limit: number): Promise<readonly KeptRejection[]>
  /** A person has dealt with it: it goes. @returns false when it is not there */
  settleRejected(id: number): Promise<boolean>
  standing(): Promise<InboxStanding>
  /** A digest that only this inbox can make; 32 characters. */
  digest(content: string): string
  close(): void
}
