import type { Icon } from '@modelcontextprotocol/server'
import type { Tool } from './tools/define.ts'

const PATHS = {
  /** Bars that grow. */
  brand: 'M2 14V9h3v5zM6.5 14V6h3v8zM11 14V2h3v12z',
  /** A speech bubble. */
  prompt: 'M2 2h12v9H7l-4 3v-3H2z',
  /** A sheet of paper. */
  resource: 'M3 1h7l3 3v11H3z',
} as const

/** Where the pictures of tools lie: below this, under a tool's name. */
export const ICONS_PATH = '/icons'

/** The icon of each kind as a data URI, in the shape that the protocol wants: a client loads nothing to show it. */
export const ICONS = { brand: asData(PATHS.brand), prompt: asData(PATHS.prompt), resource: asData(PATHS.resource) }

/**
 * Returns a tool's icon as an address of ours. The list of tools is what an assistant pays for in every conversation: there a data
 * URI would cost 100 tokens a tool, an address costs 20 to 30.
 */
export function toolIcons({ name }: Pick<Tool, 'name'>, publicUrl: string): Icon[] {
  return [{ src: new URL(`${ICONS_PATH}/${name}.svg`, publicUrl).href }]
}

function asData(path: string): Icon[] {
  return [{ src: `data:image/svg+xml,${encodeURIComponent(toSvg(path))}`, mimeType: 'image/svg+xml', sizes: ['any'] }]
}

/** Draws a path of a 16 × 16 field. */
export function toSvg(path: string): string {
  return `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='#0b7285' fill-rule='evenodd' d='${path}'/></svg>`
}
