import type { Tool } from './define.ts'
import executeSalesQuery from './execute-sales-query.ts'
import getCurrentUtcDate from './get-current-utc-date.ts'
import getInventoryStatus from './get-inventory-status.ts'
import getMultipleTableSchemas from './get-multiple-table-schemas.ts'
import getProductAffinity from './get-product-affinity.ts'
import getSalesReport from './get-sales-report.ts'
import getStorePerformance from './get-store-performance.ts'
import semanticSearchProducts from './semantic-search-products.ts'
import whoami from './whoami.ts'

/** Every tool there is, in the order in which clients list them. */
export const TOOLS: readonly Tool[] = [
  whoami,
  getStorePerformance,
  getSalesReport,
  getInventoryStatus,
  getProductAffinity,
  semanticSearchProducts,
  getMultipleTableSchemas,
  executeSalesQuery,
  getCurrentUtcDate,
]
