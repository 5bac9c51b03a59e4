/** Vite replaces the call while it builds the tests; its own types bring a browser along. */
interface ImportMeta {
  glob(pattern: string): Record<string, () => Promise<unknown>>
}

declare module '*.md?raw' {
  const text: string
  export default text
}
