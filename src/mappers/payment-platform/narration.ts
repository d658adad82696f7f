/**
 * What stands on the payer's bank statement: banks take letters without marks. Only the marks go; nothing is cut, and a sign that no bank
 * takes becomes a blank. contracts/payment-platform.md §4.1
 */
export function narrationOf(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'D')
    .toUpperCase()
    .replace(/[^A-Z0-9 .,:/_|()-]/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
}
