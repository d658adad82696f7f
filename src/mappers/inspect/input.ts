export interface InspectFile {
  /** As it appears in problems. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface InspectInput {
  readonly files: readonly InspectFile[]
  readonly agencyCode?: string
}
