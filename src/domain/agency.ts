/** A body of the state that handles dossiers. Codes changed in 2025, so each has the days it holds for. */
export interface Agency {
  readonly code: string
  readonly name: string
  readonly level: 'ministry' | 'province' | 'district' | 'commune' | 'other'
  readonly validFrom: string | null
  readonly validTo: string | null
  readonly successor: string | null
}
