import { fetchEdge } from './edge.ts'

/** Samples of `/metrics` by name and labels. */
export type Samples = Readonly<Record<string, number>>

/** Reads what the isolate under test has counted so far. */
export async function readSamples(): Promise<Samples> {
  const text = await (await fetchEdge('http://localhost:8787/metrics')).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

/** What has grown, and by how much. The reading of `before` is counted after it was printed, so it shows here. */
export function difference(before: Samples, after: Samples): Samples {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, value]) => [name, value - (before[name] ?? 0)] as const)
      .filter(([, grown]) => grown !== 0),
  )
}
