/**
 * People who exist nowhere, each field with a mark of its own: a mark that turns up anywhere names the field that leaked, whole or in part.
 * Birds that miners took along.
 */
import type { DossierRow } from '../../src/mappers/index.js'

/** Text of every kind of personal field. Each mark is a word that no program, contract or message contains. */
export const marks = {
  name: 'Chimtênxẻ',
  foreignName: 'Kơpăchimxẻ',
  company: 'Chimdoanhnghiệpxẻ',
  submitter: 'Chimngườinộpxẻ',
  address: 'Chimđịachỉxẻ',
  email: 'chimthuxe',
  fax: '02990777',
  phone: '09017779',
  number: '09909077',
  account: 'chimtaikhoanxe',
  applicantNote: 'Chimthôngtinxẻ',
  summary: 'Chimtríchyếuxẻ',
  note: 'Chimghichúxẻ',
  returnNote: 'Chimtrảxẻ',
  officer: 'Chimcánbộxẻ',
  stepNote: 'Chimnộidungxẻ',
  supplement: 'Chimbổsungxẻ',
  attachment: 'chimteptinxe',
  paper: 'Chimgiấytờxẻ',
  result: 'chimketquaxe',
} as const

/** What becomes of a canary's dossier. */
export type Fate = 'fine' | 'unmapped' | 'contradictory' | 'unreadable'

const pad = (n: number, width: number) => String(n).padStart(width, '0')
export const codeOf = (n: number) => `000.00.12.H99-250305-${pad(n, 4)}`

export interface Surroundings {
  readonly procedure: { readonly localCode: string; readonly name: string }
  /** Moves on for a later version of the same dossier. */
  readonly edition: number
}

/** A dossier in which every personal field is filled. */
export function canaryRow(n: number, fate: Fate, { procedure, edition }: Surroundings): DossierRow & Record<string, unknown> {
  const person = n % 3 === 0 ? `${marks.foreignName} H’${pad(n, 4)}` : `Nguyễn Văn ${marks.name} ${pad(n, 4)}`
  const firm = `Công ty TNHH Một Thành Viên ${marks.company} ${n}`
  const isFirm = n % 5 === 0
  const moment = (day: number, hour: number) => `2025-03-${pad(day, 2)}T${pad(hour, 2)}:00:00+07:00`
  const file = (kind: string, mark: string) => ({
    id: `${n}`,
    name: `${mark}-${kind}-${n}.pdf`,
    url: `https://files.example.vn/${mark}/${n}?signature=${mark}`,
    componentCode: `TP${n}`,
  })
  return {
    sourceId: `canary-${n}`,
    localCode: codeOf(n),
    nationalCode: codeOf(n),
    procedureCode: procedure.localCode,
    procedureName: procedure.name,
    sectorCode: 'G15-TP05',
    sectorName: 'Chứng thực',
    agencyCode: '000.00.12.H99',
    agencyName: 'UBND xã Mẫu',
    applicantName: isFirm ? firm : person,
    applicantKind: isFirm ? 'business' : 'citizen',
    // A lost zero is doubtful and reported.
    applicantId: n % 4 === 0 ? `${marks.number}${pad(n, 4)}`.slice(1) : `${marks.number}${pad(n, 4)}`,
    nationalAccountId: `${marks.account}-${n}`,
    identityVerified: true,
    phone: `${marks.phone}${pad(n % 100, 2)}`,
    email: `${marks.email}${n}@example.vn`,
    fax: `${marks.fax}${pad(n % 100, 2)}`,
    address: `Số ${n} đường ${marks.address}, xã Mẫu`,
    applicantNote: `Người có công ${marks.applicantNote} ${n}`,
    submitter: { name: `Trần Thị ${marks.submitter} ${n}`, phone: `${marks.phone}${pad(n % 100, 2)}`, email: `${marks.email}.nop${n}@example.vn` },
    // Longer than the portal takes: it is cut, and the cut is reported.
    summary: `Chứng thực giấy khai sinh của ${person} ${marks.summary} ${n % 7 === 0 ? 'rất dài '.repeat(150) : ''}`,
    note: `Gọi cho ${person}, ${marks.note} ${edition}`,
    channel: 'online',
    filedAt: 'provincial',
    submittedAt: moment(5, 8),
    receivedAt: moment(5, 9),
    dueAt: moment(9, 17),
    finishedAt: fate === 'contradictory' ? moment(1, 9) : edition > 1 ? moment(6, 16) : null,
    returnedAt: edition > 1 ? moment(7, 10) : null,
    returnBy: 'counter',
    returnNote: `Trao tận tay ${marks.returnNote} ${n}`,
    status: fate === 'unmapped' ? null : edition > 1 ? 10 : 4,
    steps: [
      step(2, moment(5, 9), n, person),
      step(4, moment(5, 10), n, person),
      ...(edition > 1 ? [step(9, moment(6, 16), n, person), step(10, moment(7, 10), n, person)] : []),
    ],
    fees: [{ name: 'Phí chứng thực', code: 'LP0001', amountVnd: 40_000, paid: true, collectedAt: '1', kind: '1' }],
    onlinePayment: 'provincial',
    documents: [{ ...file('don', marks.attachment), digitised: true, reuse: 0, fromPersonalStore: false }],
    otherPapers: [{ name: `Giấy ra viện của ${person} ${marks.paper}`, copies: 1, kind: '1' }],
    supplements: [
      {
        id: `${n}`,
        requestedBy: `Lê ${marks.officer} ${n}`,
        content: `Thiếu giấy của ${person}, ${marks.supplement}`,
        requestedAt: moment(5, 11),
        receivedBy: `Lê ${marks.officer} ${n}`,
        receiptNote: `${marks.supplement} đã nhận`,
        receivedAt: moment(5, 12),
        received: true,
        papers: [{ name: `Bản sao ${marks.paper}`, copies: 1, kind: '1' }],
      },
    ],
    results: [{ ...file('ket-qua', marks.result), resultCode: `KQ.G15.${pad(n, 6)}` }],
    digitised: true,
    databases: [],
    // A type nobody expects, so that the line itself is refused; the value must not come back in the refusal.
    ...(fate === 'unreadable' ? { phone: { number: `${marks.phone}99`, owner: person } as never } : {}),
  }
}

function step(status: number, at: string, n: number, person: string) {
  return {
    id: `${n}-${status}`,
    at,
    status,
    officer: `Lê ${marks.officer} ${n}`,
    position: `Chuyên viên ${marks.officer}`,
    department: 'Bộ phận một cửa',
    note: `Đã gọi ${person}: ${marks.stepNote}`,
  }
}

/** A line of a file as a person in a hurry left it: cut off in the middle. */
export function tornLine(n: number): string {
  return `{"sourceId":"torn-${n}","applicantName":"Nguyễn Văn ${marks.name} ${n}","phone":"${marks.phone}00`
}

/** A register whose officers write names where the status belongs, and whose columns slipped in some rows. */
export function canaryRegister(procedure: { readonly name: string }): string {
  const row = (n: number, status: string, name: string) =>
    [
      `${codeOf(n)}`,
      procedure.name,
      name,
      `${marks.number}${pad(n, 4)}`,
      `${marks.phone}01`,
      `Số 1 đường ${marks.address}`,
      status,
      '05/03/2025 09:00:00',
    ]
      .map((cell) => `"${cell}"`)
      .join(',')
  const name = `Trần Thị ${marks.name} 0900`
  return [
    'Mã hồ sơ,Tên thủ tục,Chủ hồ sơ,CCCD,Điện thoại,Địa chỉ,Trạng thái,Ngày nhận',
    row(900, `Chờ ông ${marks.name} 0900 ký`, name),
    row(901, `TRẦN THỊ ${marks.name.toUpperCase()} 0900 BỔ SUNG`, name),
    row(902, `Nguyễn Văn ${marks.name} 0902`, ''),
    row(903, `${marks.phone}01`, name),
    row(904, `Trả cho ${marks.email}@example.vn`, name),
  ].join('\n')
}
