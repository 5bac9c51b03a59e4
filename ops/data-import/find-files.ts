import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AdvisedError } from '../terminal/advised-error.ts'
import type { Plan } from './plan.ts'
import { flatSalesPlan } from './plan-flat-sales.ts'
import { inventoryPlan, productsPlan, storesPlan, usersPlan } from './plans-reference.ts'
import { customersPlan, orderItemsPlan, ordersPlan } from './plans-sales.ts'

/** In the order in which they must come: what is referred to before what refers to it. */
export const PLANS: readonly Plan[] = [
  storesPlan,
  usersPlan,
  productsPlan,
  customersPlan,
  ordersPlan,
  orderItemsPlan,
  inventoryPlan,
  flatSalesPlan,
]

export interface FoundFile {
  readonly path: string
  readonly plan: Plan
}

const ENDINGS = ['.csv', '.csv.gz']

/**
 * Finds what there is to import: the files of a folder that are named like tables, or a single file, which is a flat sales file
 * unless it is named otherwise. Throws `AdvisedError` when there is nothing.
 */
export async function findFiles(path: string): Promise<FoundFile[]> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new AdvisedError(`There is nothing at ${path}.`, 'Give a folder or a file.')
  if (!found.isDirectory()) {
    return [{ path, plan: PLANS.find(({ name }) => isNamed(basename(path), name)) ?? flatSalesPlan }]
  }
  const names = await readdir(path)
  const files = PLANS.flatMap((plan) => {
    const name = names.find((one) => isNamed(one, plan.name))
    return name === undefined ? [] : [{ path: join(path, name), plan }]
  })
  if (files.length > 0) return files
  throw new AdvisedError(
    `There is nothing to import in ${path}.`,
    `Files are named like tables: ${PLANS.map(({ name }) => `${name}.csv`).join(', ')}; each may end in .gz.`,
  )
}

function isNamed(file: string, name: string): boolean {
  return ENDINGS.some((ending) => file.toLowerCase() === `${name}${ending}`)
}
