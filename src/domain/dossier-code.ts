/** As codes of dossiers are compared, whoever typed them: officers write them in small letters and with blanks. */
export function codeKey(code: string): string {
  return code.normalize('NFC').trim().toUpperCase()
}
