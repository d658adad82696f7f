/** A step that must not be doubled, of which nobody knows whether it arrived. DESIGN "What may be repeated". */
export const heldStep = {
  cause: 'step.outcome-unknown',
  message: {
    en: 'A supplement request left and no answer came. Sent twice, it would make the dossier count as overdue, so it waits for you.',
    vi: 'Yêu cầu bổ sung đã được gửi đi nhưng không có phản hồi. Nếu gửi lần hai, hồ sơ sẽ bị tính là trễ hạn, nên đang chờ bạn quyết định.',
  },
  hint: {
    en: 'Look the dossier up on the national portal. If the step is missing, `lienthong failures retry` sends it again.',
    vi: 'Tra hồ sơ trên Cổng DVCQG. Nếu thiếu bước này, dùng `lienthong failures retry` để gửi lại.',
  },
} as const

/** The same as a row of the ledger. */
export const heldFailure = {
  cause: heldStep.cause,
  stage: 'send' as const,
  message: JSON.stringify(heldStep.message),
  hint: JSON.stringify(heldStep.hint),
  findings: '[]',
}
