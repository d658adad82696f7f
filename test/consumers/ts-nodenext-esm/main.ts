// The types as an ES module sees them; the whole of every door's types is checked too (skipLibCheck is off).
import { type ErrorCode, isLienthongError, LienthongError } from 'lienthong'
import { nationalPortal } from 'lienthong/connectors'
import { startSandbox } from 'lienthong/sandbox'

const code: ErrorCode = 'portal.login_refused'
const error: unknown = new LienthongError(code)
if (!isLienthongError(error) || error.kind !== 'auth') throw new Error('the error is not recognised')

const sandbox = await startSandbox({ port: 0 })
const { url, credentials } = sandbox.systems['national-portal']
const portal = nationalPortal({
  adapterUrl: url,
  agencyCode: '000.00.00.H99',
  credentials,
  dialect: 'vpcp-2020',
  dstcode: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
})
await portal.lookUpDossier('000.00.15.H99-261122-0042')
await sandbox.stop()
