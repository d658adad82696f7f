import { describe, expect, test } from 'vitest'
import { openCpsAction, openCpsDossier, openCpsPayment, openCpsService } from '../../src/connectors/opencps/wire.js'
import type { Sandbox } from '../../src/sandbox/index.js'
import { sandboxFor } from './portal-calls.js'

type Row = Record<string, unknown>

async function oneStop(dossiers = 400, options = {}) {
  const sandbox = await sandboxFor(options)
  const setup = sandbox.makeProvince({ seed: 3, dossiers })
  return { sandbox, setup, get: getter(sandbox) }
}

function getter(sandbox: Sandbox, headers: Record<string, string> = {}) {
  const { url, credentials } = sandbox.systems['one-stop-opencps']!
  const authorization = `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`
  return async (path: string) => {
    const response = await fetch(url + path, { headers: { authorization, groupId: credentials.groupId ?? '', ...headers } })
    return { status: response.status, body: (await response.json()) as { total: number; data: Row[] } & Row }
  }
}

/** Field names of contracts/examples/source-opencps-*.json. */
const COMMON =
  'dossierIdCTN dossierId groupId createDate modifiedDate referenceUid counter serviceCode serviceName govAgencyCode govAgencyName applicantName applicantIdType applicantIdNo applicantIdDate address cityCode cityName districtCode districtName wardCode wardName contactName contactTelNo contactEmail dossierNote submissionNote briefNote dossierNo submitting submitDate receiveDate dueDate releaseDate finishDate cancellingDate correctingDate dossierStatus dossierStatusText dossierSubStatus dossierSubStatusText viaPostal lastActionDate lastActionCode lastActionName lastActionUser lastActionNote stepCode stepName stepOverdue lockState online notification durationCount durationUnit originality metaData systemId vnpostalStatus vnpostalProfile fromViaPostal'.split(
    ' ',
  )
const LIST = [...COMMON, 'dossierOverdue', 'domainCode', 'domainName'].sort()
const DETAIL = [...COMMON, 'dossierActionId', 'paymentFee', 'delegateType', 'dossierCounter'].sort()

describe('shapes, §4.3–4.5', () => {
  test('a row of the list has the fields of the example, a detail its own: no sector, and a step that is always overdue', async () => {
    const { get } = await oneStop()
    const { body } = await get('/dossiers?start=0&end=1')
    const [row] = body.data
    expect(Object.keys(row!).sort()).toEqual(LIST)
    const detail = (await get(`/dossiers/${row!.dossierId}`)).body
    expect(Object.keys(detail).sort()).toEqual(DETAIL)
    expect([row!.stepOverdue, detail.stepOverdue]).toEqual(['', 'true'])
  })

  test('booleans are text, unset is empty text, owners are in capitals with a blank behind a semicolon only in lists', async () => {
    const { get } = await oneStop(1500)
    const { data } = (await get('/dossiers')).body
    for (const row of data) {
      expect(openCpsDossier.safeParse(row).success).toBe(true)
      expect(row.applicantName).toBe(String(row.applicantName).toUpperCase())
      expect(['true', 'false']).toContain(row.online)
      expect(Object.values(row)).not.toContain(null)
    }
    const couple = data.find((row) => String(row.applicantName).includes(';'))!
    expect(couple.applicantName).toMatch(/; \S/)
    expect((await get(`/dossiers/${couple.referenceUid}`)).body.applicantName).toMatch(/;\S/)
  })

  test('§4.2 a detail is found by numeric id, by number and by uid', async () => {
    const { get } = await oneStop()
    const row = (await get('/dossiers?status=done&originality=3')).body.data[0]!
    for (const id of [row.dossierId, row.dossierNo, row.referenceUid]) {
      expect((await get(`/dossiers/${encodeURIComponent(String(id))}`)).body.referenceUid).toBe(row.referenceUid)
    }
  })

  test('§4.4 the feed tells every step once, in order, in epoch milliseconds, with officers in ordinary letters', async () => {
    const { get, sandbox } = await oneStop()
    const expected = sandbox.expected().find((dossier) => dossier.steps.length > 4)!
    const { body } = await get(`/dossiers/${expected.dossierId}/syncs`)
    expect(body.total).toBe(expected.steps.length)
    expect(body.data.map((row) => row.actionUser)).toEqual(expected.steps.map((step) => step.NguoiXuLy))
    expect(body.data.every((row) => openCpsAction.safeParse(row).success && Number.isInteger(row.createDate))).toBe(true)
    expect((await get(`/dossiers/${expected.dossierId}/syncs?start=1&end=3`)).body.data).toEqual(body.data.slice(1, 3))
  })

  test('§4.5 a fee record has the example’s fields; status 0 asks for nothing', async () => {
    const { get, sandbox } = await oneStop()
    const fields =
      'createDate modifiedDate referenceUid govAgencyCode govAgencyName applicantName applicantIdNo isNew paymentFee advanceAmount feeAmount serviceAmount shipAmount paymentAmount paymentNote bankInfo epaymentProfile paymentStatus paymentMethod confirmDatetime confirmPayload approveDatetime accountUserName govAgencyTaxNo invoiceTemplateNo invoiceIssueNo invoiceNo invoicePayload einvoice paymentFileId'
    for (const free of [true, false]) {
      const expected = sandbox.expected().find((dossier) => (dossier.feeTotal === 0) === free)!
      const { body } = await get(`/dossiers/${expected.dossierId}/payment`)
      expect(Object.keys(body).sort()).toEqual(fields.split(' ').sort())
      expect(openCpsPayment.parse(body).paymentAmount).toBe(expected.feeTotal)
      expect(body.paymentStatus === 0).toBe(free)
    }
  })

  test('§4.5 the catalogue lists procedures with their national codes; one can be asked for by id or code', async () => {
    const { get, setup } = await oneStop()
    const { body } = await get('/serviceinfos?start=0&end=100')
    expect(body.data.map((row) => [row.serviceCode, row.serviceCodeDVCQG || null])).toEqual(
      setup.procedures.map(({ localCode, nationalCode }) => [localCode, nationalCode]),
    )
    expect(openCpsService.safeParse(body.data[0]).success).toBe(true)
    const { serviceInfoId, serviceCode } = body.data[2]!
    for (const id of [serviceInfoId, serviceCode]) expect((await get(`/serviceinfos/${id}`)).body.serviceCode).toBe(serviceCode)
  })
})

describe('search, §4.2', () => {
  test('start and end are row numbers; without an end, or with 0, all rows come', async () => {
    const { get } = await oneStop(60)
    const all = (await get('/dossiers')).body
    expect(all.data).toHaveLength(60)
    expect((await get('/dossiers?start=10&end=0')).body.data).toHaveLength(60)
    const page = (await get('/dossiers?start=10&end=25')).body
    expect(page.total).toBe(60)
    expect(page.data).toEqual(all.data.slice(10, 25))
  })

  test('date windows include both days', async () => {
    const { get } = await oneStop()
    const all = (await get('/dossiers')).body.data
    const day = String(all.find((row) => row.receiveDate !== '')!.receiveDate).slice(0, 10)
    const found = (await get(`/dossiers?fromReceiveDate=${day}&toReceiveDate=${day}`)).body.data
    expect(found.map((row) => row.dossierId)).toEqual(all.filter((row) => String(row.receiveDate).startsWith(day)).map((row) => row.dossierId))
    expect(found.length).toBeGreaterThan(0)
    expect((await get('/dossiers?fromReceiveDate=2026-01-01')).status).toBe(403)
  })

  test.each([
    ['status=waiting,paying', (row: Row) => row.dossierStatus === 'waiting' || row.dossierStatus === 'paying'],
    ['online=true', (row: Row) => row.online === 'true'],
    ['originality=0', (row: Row) => row.originality === 0],
    ['agency=000.00.21.H99', (row: Row) => row.govAgencyCode === '000.00.21.H99'],
    ['agency=all&substatus=processing_2', (row: Row) => row.dossierSubStatus === 'processing_2'],
  ])('%s filters', async (query, fits) => {
    const { get } = await oneStop()
    const all = (await get('/dossiers')).body.data
    expect((await get(`/dossiers?${query}`)).body.data.map((row) => row.dossierId)).toEqual(all.filter(fits).map((row) => row.dossierId))
  })

  test('the newest change comes first; sort and order say otherwise', async () => {
    const { get } = await oneStop(50)
    const ids = async (query: string) => (await get(`/dossiers?${query}`)).body.data.map((row) => row.dossierId)
    expect(await ids('sort=dossierId&order=asc')).toEqual(Array.from({ length: 50 }, (_, index) => 70_001 + index))
    expect(await ids('sort=dossierId&order=desc')).toEqual(Array.from({ length: 50 }, (_, index) => 70_050 - index))
    expect(await ids('')).toEqual(await ids('sort=modifiedDate&order=desc'))
  })

  test('time moves and so does the list: nothing is remembered from before', async () => {
    const { get, sandbox } = await oneStop(100)
    const before = (await get('/dossiers')).body
    sandbox.advance(20)
    const after = (await get('/dossiers')).body
    expect(after.total).toBe(before.total + 5)
    expect(after.data).not.toEqual(before.data)
  })
})

describe('refusals, §4.1 and §4.7', () => {
  test('missing or wrong credentials are HTTP 203 with the example’s body', async () => {
    const { sandbox } = await oneStop(5)
    const { status, body } = await getter(sandbox, { authorization: 'Basic eDp5' })('/dossiers')
    expect(status).toBe(203)
    expect(body).toEqual({ message: 'Non-Authoritative Information.', code: 203, description: 'Non-Authoritative Information.' })
  })

  test('another site, or none, is an empty one', async () => {
    const { sandbox } = await oneStop(5)
    expect((await getter(sandbox, { groupId: '' })('/dossiers')).body).toEqual({ total: 0, data: [] })
    expect((await getter(sandbox, { groupId: '1' })('/dossiers/70001')).status).toBe(403)
  })

  test('an unknown dossier, and /actions, are 403 “No Content.”', async () => {
    const { get } = await oneStop(5)
    for (const path of ['/dossiers/99999', '/dossiers/70001/actions', '/serviceinfos/1']) {
      expect(await get(path)).toMatchObject({ status: 403, body: { message: 'No Content.', code: 403 } })
    }
  })

  test('a dossier without fee can be made to answer 403 as well', async () => {
    const { get, sandbox } = await oneStop(100, { options: { opencps: { withoutFee: 'not-found' } } })
    const free = sandbox.expected().find((dossier) => dossier.feeTotal === 0)!
    expect((await get(`/dossiers/${free.dossierId}/payment`)).status).toBe(403)
  })
})
