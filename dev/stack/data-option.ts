import { type DataFolder, DEFAULT_DATA } from './data-folder.ts'

/** What to add to a command so that it works on this data folder; nothing for the usual one. */
export function dataOption({ shown }: Pick<DataFolder, 'shown'>): string {
  if (shown === DEFAULT_DATA) return ''
  return ` --data ${/^[\w./:\\~-]+$/.test(shown) ? shown : `"${shown}"`}`
}
