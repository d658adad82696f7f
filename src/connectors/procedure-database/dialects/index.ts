/** The dialects of the procedure database that come with the library. A further one is a further value beside these. */
import type { ProcedureDatabaseDialect } from '../dialect.js'
import { native } from './native.js'
import { provincialGateway } from './provincial-gateway.js'
import { publicPortal2026 } from './public-portal-2026.js'

/** By name, as configurations say it. */
export const procedureDatabaseDialects: ReadonlyMap<string, ProcedureDatabaseDialect> = new Map(
  [native, provincialGateway, publicPortal2026].map((dialect) => [dialect.name, dialect]),
)
