/** As it stands in errors, logs and limits. */
export const SYSTEM = 'payment-platform'
