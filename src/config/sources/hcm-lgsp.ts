import { z } from 'zod'
import { settingMessage } from '../../base/index.js'
import { type CatalogueSource, hcmLgspCatalogue } from '../../catalogue/index.js'
import { hcmDossierFields, hcmLgsp, hcmProcedureFields } from '../../connectors/index.js'
import { hcmLgspSource } from '../../sync/index.js'
import { present } from '../present.js'
import { secret, tablesSetting, textOrSecret, transport } from '../shapes.js'
import { type SourceSite, sourceKind } from './kind.js'

const names = <Names extends Readonly<Record<string, string>>>(fields: Names) =>
  z.strictObject(
    Object.fromEntries(Object.keys(fields).map((field) => [field, z.string().min(1).optional()])) as Record<keyof Names, z.ZodOptional<z.ZodString>>,
  )

const catalogueSchema = z.strictObject({
  /** Services follow directly: https://lgsp.tinh.example/api */
  url: z.url(),
  credentials: z.strictObject({
    appName: textOrSecret,
    accessKey: secret,
    secretKey: secret,
    /** Agency code of the caller. */
    partnerCode: z.string().min(1),
    /** Agency code on whose behalf it calls. Default: the same. */
    partnerCodeCus: z.string().min(1).optional(),
  }),
  /** Where a bearer token is fetched: then the credentials go in the header lgspaccesstoken. */
  tokenUrl: z.url().optional(),
  /** Codes of all sectors. */
  sectors: z.array(z.string().min(1)).min(1),
  /** Default APITraCuuDanhMucThuTucHanhChinhTheoMaLinhVuc. */
  service: z.string().min(1).optional(),
  /** Of the sector. Default MaLinhVuc. */
  parameter: z.string().min(1).optional(),
  /** Names of the fields of a procedure, where they differ from the assumed ones. */
  fields: names(hcmProcedureFields).optional(),
  ...transport,
})

export const hcmLgspKind = sourceKind({
  dialect: 'hcm-lgsp',
  schema: z.strictObject({
    dialect: z.literal('hcm-lgsp'),
    /** Pushed dossiers, kept as one JSON file, read whole each pass. */
    file: z.string().min(1),
    /** The member of that file that holds them. Default DanhSachHoSo. */
    list: z.string().min(1).optional(),
    /** How dates are written, of yyyy MM dd HH mm ss. Default dd/MM/yyyy HH:mm:ss. */
    dateFormat: z
      .string()
      .refine(
        (format) => /^(?=.*yyyy)(?=.*MM)(?=.*dd)(?:yyyy|MM|dd|HH|mm|ss|[-/:. T])+$/.test(format),
        settingMessage({ en: 'expected yyyy, MM, dd, HH, mm, ss with separators', vi: 'cần gồm yyyy, MM, dd, HH, mm, ss và dấu phân cách' }),
      )
      .optional(),
    /** Names of the fields of a dossier, where they differ from the assumed ones. */
    fields: names(hcmDossierFields).optional(),
    /** The catalogue behind the platform, for `catalogue pull`. */
    catalogue: catalogueSchema.optional(),
    tables: tablesSetting.optional(),
  }),
  example: { dialect: 'hcm-lgsp', file: './dossiers.json' },
  assemble(source, site) {
    const file = site.path(source.file)
    const { list, dateFormat, fields, catalogue } = source
    return {
      port: hcmLgspSource({
        file,
        tables: site.tables(source.tables, 'hcm-lgsp'),
        agencyCode: site.agencyCode,
        ...present({ list, dateFormat, fields: fields === undefined ? undefined : present(fields) }),
      }),
      files: [file],
      experimental: {
        en: 'Names, dates and codes of the dossier services are assumed: no page of theirs is public. Compare one dossier by hand before `production`.',
        vi: 'Tên trường, ngày và mã của dịch vụ hồ sơ là giả định: chưa có tài liệu công khai. Đối chiếu thủ công một hồ sơ trước khi bật `production`.',
      },
      ...(catalogue === undefined ? {} : { catalogue: catalogueOf(catalogue, site) }),
    }
  },
})

type CatalogueSettings = z.output<typeof catalogueSchema>

function catalogueOf(settings: CatalogueSettings, site: SourceSite): CatalogueSource {
  const { url, credentials, tokenUrl, sectors, service, parameter, fields } = settings
  const client = hcmLgsp({
    baseUrl: url,
    credentials: {
      appName: site.secret(credentials.appName, 'catalogue.credentials.appName'),
      accessKey: site.secret(credentials.accessKey, 'catalogue.credentials.accessKey'),
      secretKey: site.secret(credentials.secretKey, 'catalogue.credentials.secretKey'),
      partnerCode: credentials.partnerCode,
      partnerCodeCus: credentials.partnerCodeCus,
    },
    catalogue: present({ service, parameter }),
    ...present({ tokenUrl }),
    ...site.transport(settings),
  })
  return hcmLgspCatalogue({ client, sectors, ...(fields === undefined ? {} : { fields: present(fields) }) })
}
