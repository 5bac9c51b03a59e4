import { type Area, isKept, type Measure } from './area.ts'

const WIDTH = 860
const LABELS = 400
const ROW = 22
/** Where the target's line stands, and where a bar is cut that is far beyond it. */
const TARGET_AT = 200
const LONGEST = 380

/** Draws each measure that has a target as a bar, as a share of the target, which is one line for all; SVG. */
export function drawTargets(
  areas: readonly { readonly area: Pick<Area, 'name'>; readonly measures: readonly Measure[] }[],
): string {
  const bars = areas.flatMap(({ area, measures }) =>
    measures.flatMap((measure) => {
      const share = shareOf(measure)
      return share === undefined ? [] : [{ label: `${area.name}: ${measure.measure}`, share, isGood: isKept(measure) }]
    }),
  )
  const height = bars.length * ROW + 50
  const lines = bars.map(({ label, share, isGood }, i) => {
    const y = 34 + i * ROW
    const length = Math.max(1, Math.min(LONGEST, share * TARGET_AT))
    return [
      `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABELS}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW - 8}" rx="2" class="${isGood ? 'good' : 'short'}"/>`,
      `<text x="${LABELS + length + 6}" y="${y + 13}" class="value">${Math.round(share * 100)} %${isGood ? '' : ' ✗'}</text>`,
    ].join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Measures as a share of their targets">
<style>text{font:12px system-ui,sans-serif;fill:#333}.value{fill:#666}.good{fill:#2f855a}.short{fill:#c05621}line{stroke:#666;stroke-dasharray:4 3}@media(prefers-color-scheme:dark){text{fill:#ddd}.value{fill:#aaa}line{stroke:#999}}</style>
<text x="${LABELS + TARGET_AT}" y="20" text-anchor="middle">target</text>
<line x1="${LABELS + TARGET_AT}" y1="26" x2="${LABELS + TARGET_AT}" y2="${height - 10}"/>
${lines.join('\n')}
</svg>
`
}

/** A value as a share of its target; below 1 is good whichever way the target goes. Undefined without one, or at a target of 0. */
function shareOf({ value, target }: Measure): number | undefined {
  if (target === undefined) return undefined
  if ('atLeast' in target) return value === 0 ? undefined : target.atLeast / value
  return target.atMost === 0 ? undefined : value / target.atMost
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
