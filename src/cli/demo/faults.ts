/** Every way in which the portal and the payment platform can fail, a little of each. Counts per 2,000 dossiers are asserted by the gate. */
export function demoFaults(seed: string) {
  const portal = (kind: string, probability: number, more: Readonly<Record<string, unknown>> = {}) => ({
    system: 'national-portal',
    kind,
    probability,
    ...more,
  })
  const platform = (service: string, kind: string, probability: number) => ({ system: 'payment-platform', service, kind, probability })
  return {
    seed,
    rules: [
      portal('timeout-after-apply', 0.018, { service: 'DongBoHoSoMC' }),
      portal('timeout-after-apply', 0.022, { service: 'CapNhatTienDoHoSoMC' }),
      // A person answers a refusal: the demo plays that person once a day.
      portal('reject', 0.006, { service: 'DongBoHoSoMC', times: 1 }),
      portal('timeout-before', 0.006),
      portal('late-apply', 0.006, { delayMs: 200 }),
      portal('http-500', 0.01),
      portal('http-429', 0.01),
      portal('reset', 0.01),
      portal('garbage', 0.008),
      portal('empty', 0.008),
      portal('session-lost', 0.006),
      portal('slow', 0.01, { delayMs: 100 }),
      platform('INIT', 'timeout-after-apply', 0.1),
      platform('INIT', 'http-500', 0.05),
      platform('QUERY', 'http-500', 0.1),
      platform('QUERY', 'garbage', 0.05),
      platform('CONFIRM', 'timeout-after-apply', 0.1),
      platform('CONFIRM', 'reset', 0.1),
      platform('CONFIRM', 'reject', 0.05),
    ],
  }
}
