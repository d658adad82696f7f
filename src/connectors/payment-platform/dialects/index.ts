import type { PaymentDialect } from '../dialect.js'
import { keypayDvcqg } from './keypay-dvcqg.js'
import { payGov } from './paygov.js'
import { payplat, payplatEarly } from './payplat.js'

export const paymentDialects: ReadonlyMap<string, PaymentDialect> = new Map(
  [payplat, payplatEarly, keypayDvcqg, payGov].map((dialect) => [dialect.name, dialect]),
)
