/**
 * From an answer of OpenCPS, as text, to our dossiers: envelope, rows and mapping, against the parser alone on the same text. JSON and XML.
 * The client is asked as a source asks it; instead of a network it has the text at once.
 */
import type { AxiosInstance } from 'axios'
import { type OpenCpsFormat, openCps } from 'lienthong/connectors'
import { fromOpenCps, loadDefaults } from 'lienthong/mappers'
import { Builder, Parser } from 'xml2js'
import type { Contest } from './measure.ts'

const ROWS = 200
const PAGES = 20

const bars: Readonly<Record<OpenCpsFormat, number>> = { json: 0.4, xml: 0.6 }

export const mappingCases = Object.keys(bars) as OpenCpsFormat[]

export function mapping(format: OpenCpsFormat): Contest {
  const page = { total: ROWS, data: Array.from({ length: ROWS }, (_, index) => row(index)) }
  const text = format === 'json' ? JSON.stringify(page) : new Builder({ rootName: 'data', renderOpts: { pretty: false } }).buildObject(page)
  const tables = loadDefaults('opencps-v2')
  const answering = { request: async () => ({ status: 200, headers: {}, data: text }) } as unknown as AxiosInstance
  const client = openCps({
    baseUrl: 'http://127.0.0.1/o/rest/v2',
    groupId: 1,
    credentials: { username: 'a', password: 'b' },
    format,
    axios: answering,
  })

  const ours = async () => {
    let mapped = 0
    const started = performance.now()
    for (let turn = 0; turn < PAGES; turn++) {
      const { rows } = await client.listDossiers({ start: 0, end: ROWS })
      for (const dossier of rows) if (fromOpenCps({ dossier, actions: null, payment: null }, { tables }).ok) mapped += 1
    }
    const seconds = (performance.now() - started) / 1000
    if (mapped !== ROWS * PAGES) throw new Error(`${mapped} of ${ROWS * PAGES} mapped`)
    return mapped / seconds
  }
  const floor = async () => {
    const started = performance.now()
    for (let turn = 0; turn < PAGES; turn++) {
      const parsed: unknown = format === 'json' ? JSON.parse(text) : await new Parser().parseStringPromise(text)
      if (typeof parsed !== 'object') throw new Error('not parsed')
    }
    return (ROWS * PAGES) / ((performance.now() - started) / 1000)
  }
  return { name: `mapping-opencps-${format}`, unit: 'dossiers/s', ours, floor, peer: { why: 'nobody else maps these' }, bar: bars[format], rounds: 7 }
}

/** As contracts/examples has them, with other numbers. */
function row(index: number) {
  const number = String(index).padStart(4, '0')
  return {
    dossierIdCTN: '',
    dossierId: 70_000 + index,
    groupId: 20143,
    createDate: '10/03/2025 07:40:12',
    modifiedDate: '10/03/2025 10:02:00',
    referenceUid: `5f0c0a1e-0000-4000-8000-00000000${number}`,
    counter: 1,
    serviceCode: '1.001612.000.00.00.H99',
    serviceName: 'Đăng ký thành lập hộ kinh doanh',
    govAgencyCode: '000.00.12.H99',
    govAgencyName: 'UBND xã Mẫu',
    applicantName: 'NGUYỄN VĂN MẪU',
    applicantIdType: 'citizen',
    applicantIdNo: '099090000001',
    applicantIdDate: '01/01/2021 00:00:00',
    address: 'Số 1 đường Mẫu',
    cityCode: '99',
    cityName: 'Tỉnh Mẫu',
    districtCode: '',
    districtName: '',
    wardCode: '99001',
    wardName: 'Xã Mẫu',
    contactName: 'Nguyễn Văn Mẫu',
    contactTelNo: '0900000000',
    contactEmail: 'mau@example.vn',
    dossierNote: '',
    submissionNote: '',
    briefNote: '',
    dossierNo: `000.00.12.H99-250310-${number}`,
    submitting: 'false',
    submitDate: '10/03/2025 07:40:12',
    receiveDate: '10/03/2025 08:15:00',
    dueDate: '13/03/2025 08:15:00',
    releaseDate: '',
    finishDate: '',
    cancellingDate: '',
    correctingDate: '',
    dossierStatus: 'processing',
    dossierStatusText: 'Đang xử lý',
    dossierSubStatus: 'processing_2',
    dossierSubStatusText: 'Đang thẩm định',
    viaPostal: '0',
    lastActionDate: '10/03/2025 10:02:00',
    lastActionCode: '3000',
    lastActionName: 'Chuyển thẩm định',
    lastActionUser: 'LÊ CÁN BỘ',
    lastActionNote: 'Chuyển chuyên viên thẩm định',
    stepCode: '210',
    stepName: 'Thẩm định hồ sơ',
    stepOverdue: '',
    dossierOverdue: '',
    lockState: '',
    online: 'true',
    notification: 'true',
    durationCount: 3,
    durationUnit: 0,
    domainCode: 'G05-KH01',
    domainName: 'Thành lập và hoạt động hộ kinh doanh',
    originality: 1,
    metaData: '{}',
    systemId: 0,
    vnpostalStatus: 0,
    vnpostalProfile: '',
    fromViaPostal: 0,
  }
}
