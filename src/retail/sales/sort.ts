import type { MetricName } from '../metrics.ts'
import { DIMENSIONS, type Dimension, type DimensionName } from './dimensions.ts'

/** In which order the rows of a report stand. */
export interface Sort {
  readonly by: string
  readonly isAscending: boolean
}

export interface WantedSort {
  readonly group_by: DimensionName
  readonly metrics: readonly MetricName[]
  readonly sort_by?: string | undefined
  readonly order?: 'asc' | 'desc' | undefined
}

/**
 * Reads what a caller wants; undefined for the usual order of a report. Names and times ascend unless told otherwise, amounts
 * descend; the columns that tell the rows apart may be called by their own names.
 */
export function readSort({ sort_by, order, group_by, metrics }: WantedSort): Sort | undefined {
  if (sort_by === undefined && order === undefined) return undefined
  const { bucket, columns }: Dimension = DIMENSIONS[group_by]
  const key = bucket === undefined ? 'name' : 'time'
  const keys = bucket === undefined ? columns.map(({ name }) => name) : [bucket]
  const usual = bucket === undefined ? (metrics[0] ?? key) : key
  const by = sort_by === undefined ? usual : keys.includes(sort_by) ? key : sort_by
  return { by, isAscending: order === undefined ? by === key : order === 'asc' }
}
