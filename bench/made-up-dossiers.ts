/** Rows of made-up dossiers, about 1.5 KB each: the size of a real export's. */
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { DossierRow } from 'lienthong/mappers'

export const AGENCY = '000.00.00.H99'
export const PROCEDURE = {
  localCode: '1.001612.000.00.00.H99',
  nationalCode: '1.001612',
  name: 'Đăng ký thành lập hộ kinh doanh',
  sectorCode: 'G05-KH01',
  sectorName: 'Thành lập và hoạt động hộ kinh doanh',
}

export function madeUpRow(index: number): DossierRow {
  const number = String(index % 10_000).padStart(4, '0')
  const day = String(1 + (Math.floor(index / 10_000) % 28)).padStart(2, '0')
  return {
    sourceId: `bench-${index}`,
    localCode: `000.00.12.H99-2503${day}-${number}`,
    procedureCode: PROCEDURE.localCode,
    procedureName: PROCEDURE.name,
    sectorCode: PROCEDURE.sectorCode,
    sectorName: PROCEDURE.sectorName,
    agencyCode: '000.00.12.H99',
    agencyName: 'UBND xã Mẫu',
    applicantName: 'Nguyễn Văn Mẫu',
    applicantKind: 'citizen',
    applicantId: `099090${String(index % 1_000_000).padStart(6, '0')}`,
    identityVerified: true,
    phone: '0900000000',
    email: 'mau@example.vn',
    address: 'Số 1 đường Mẫu, thôn Ví Dụ, xã Mẫu, tỉnh Mẫu',
    summary: `Hồ sơ ví dụ số ${index}: đăng ký thành lập hộ kinh doanh tại địa chỉ nêu trên, ngành nghề bán lẻ tạp hóa và dịch vụ ăn uống`,
    channel: 'online',
    filedAt: 'provincial',
    submittedAt: `2025-03-${day}T07:40:12+07:00`,
    receivedAt: `2025-03-${day}T08:15:00+07:00`,
    dueAt: '2025-04-02T08:15:00+07:00',
    returnBy: 'counter',
    status: 2,
    steps: [],
    fees: [{ name: 'Lệ phí đăng ký hộ kinh doanh', code: 'LP0001', amountVnd: 100_000, paid: true, collectedAt: '1', kind: '1' }],
    onlinePayment: 'provincial',
    documents: [
      {
        id: `${index}-1`,
        name: 'Giấy đề nghị đăng ký hộ kinh doanh.pdf',
        componentCode: 'TP01',
        url: `https://files.example.vn/${index}/1`,
        digitised: true,
        reuse: 0,
        fromPersonalStore: false,
      },
      {
        id: `${index}-2`,
        name: 'Bản sao hợp đồng thuê nhà.pdf',
        componentCode: 'TP02',
        url: `https://files.example.vn/${index}/2`,
        digitised: true,
        reuse: 0,
        fromPersonalStore: false,
      },
    ],
    otherPapers: [],
    results: [],
    digitised: true,
    databases: ['1'],
  }
}

export async function writeRows(path: string, count: number): Promise<void> {
  const file = createWriteStream(path)
  for (let index = 0; index < count; index++) {
    if (!file.write(`${JSON.stringify(madeUpRow(index))}\n`)) await new Promise<void>((resolve) => file.once('drain', () => resolve()))
  }
  file.end()
  await finished(file)
}
