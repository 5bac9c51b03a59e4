import type { Icon } from '@modelcontextprotocol/server'

/** Small pictures as data URIs: a client loads nothing from anywhere to show them. */

const PATHS = {
  /** Bars that grow. */
  brand: 'M2 14V9h3v5zM6.5 14V6h3v8zM11 14V2h3v12z',
  /** A speech bubble. */
  prompt: 'M2 2h12v9H7l-4 3v-3H2z',
  /** A sheet of paper. */
  resource: 'M3 1h7l3 3v11H3z',
} as const

/** Returns the icon of a kind, in the shape that the protocol wants. */
export function icons(kind: keyof typeof PATHS): Icon[] {
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='#0b7285' d='${PATHS[kind]}'/></svg>`
  return [{ src: `data:image/svg+xml,${encodeURIComponent(svg)}`, mimeType: 'image/svg+xml', sizes: ['any'] }]
}
