import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, SerializedAXNode } from 'puppeteer-core'
import { expect } from 'vitest'

/** Looking at a page as people do: in three sizes, by day and by night, by keyboard. */

/** Pictures to be looked at land there when it is set. */
const PICTURES = process.env.SCREENSHOTS
const WIDTHS = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
  // A page that is enlarged to 400 % on a screen of 1280 (WCAG 2.2, 1.4.10).
  narrow: { width: 320, height: 640 },
} as const
const SCHEMES = ['light', 'dark'] as const
/** WCAG 2.2: text, level AA; and what shows where the focus is (1.4.11). */
const TEXT_CONTRAST = 4.5
const FOCUS_CONTRAST = 3

/** Sees in every size and scheme, whatever the one before was like, that a page fits, can be read, names its controls and has the colours that were asked for. */
export async function look(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true })
  for (const scheme of SCHEMES) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    for (const [width, viewport] of Object.entries(WIDTHS)) {
      await page.setViewport(viewport)
      if (PICTURES !== undefined) {
        await page.screenshot({ path: join(PICTURES, `${name}-${width}-${scheme}.png`), fullPage: true })
      }
      const seen = await page.evaluate(MEASURE)
      expect.soft(seen.overflow, `${name} ${width} fits`).toBe(false)
      expect.soft(seen.worstContrast, `${name} ${scheme} contrast`).toBeGreaterThanOrEqual(TEXT_CONTRAST)
      expect.soft(seen.cut, `${name} ${width} cuts no text`).toEqual([])
      expect.soft(seen.small, `${name} ${width} has controls that a finger meets`).toEqual([])
      expect.soft(seen.moving, `${name} moves nothing`).toEqual([])
      expect
        .soft(seen.outline, `${name} has a language, a title, one main part and one heading above all`)
        .toEqual([1, 1, 1, 1])
      expect.soft(seen.dark, `${name} ${scheme}`).toBe(scheme === 'dark')
    }
  }
  const names = await namesOfControls(page)
  expect
    .soft(
      names.filter((one) => / $/.test(one)),
      `${name} names its controls`,
    )
    .toEqual([])
  expect.soft(names, `${name} names no two of its buttons alike`).toEqual([...new Set(names)])
}

/** What a screen reader calls the controls of a page, each after its role. */
async function namesOfControls(page: Page): Promise<string[]> {
  const names: string[] = []
  const collect = (node: SerializedAXNode | null): void => {
    if (/^(button|link|checkbox|tab|textbox)$/.test(node?.role ?? '')) names.push(`${node?.role} ${node?.name ?? ''}`)
    for (const child of node?.children ?? []) collect(child)
  }
  collect(await page.accessibility.snapshot())
  return names
}

/** Goes through a page with the Tab key alone; returns the texts of what gets the focus, which must be seen there. */
export async function walk(page: Page): Promise<string[]> {
  await page.evaluate('document.activeElement?.blur()')
  await page.evaluate('globalThis.walked = new Set()')
  const passed: string[] = []
  for (;;) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(FOCUS)
    if (at === null) return passed
    expect(at.contrast, `the focus is seen at "${at.text}"`).toBeGreaterThanOrEqual(FOCUS_CONTRAST)
    passed.push(at.text)
  }
}

/** Notes from now on what a page asks of anybody else, and what the browser complains of (a broken policy among it). */
export function listen(page: Page): string[] {
  const complaints: string[] = []
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol !== 'data:' && hostname !== 'localhost' && hostname !== '127.0.0.1') complaints.push(request.url())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // The browser also counts a page that says no, and the picture for its tab, which there is none of.
    const isStatus = /status of (400|403|404|503)/.test(message.text())
    if (message.type() === 'error' && !isStatus) complaints.push(message.text())
  })
  return complaints
}

/** What both scripts need: colours as channels, their luminance and contrast, and the ground an element stands on. */
const COLOURS = `
  const channels = (text) => (text.match(/[\\d.]+/g) || []).map(Number)
  const luminance = ([r, g, b]) => [r, g, b].map((c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 })
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x)
    return (a + 0.05) / (b + 0.05)
  }
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] > 0) return color
    }
    return [255, 255, 255]
  }`

/** Runs in the page: what has the focus, and how its outline stands out from what is around it. */
const FOCUS = `(() => {
  ${COLOURS}
  const element = document.activeElement
  if (element === null || element === document.body || walked.has(element)) return null
  walked.add(element)
  const style = getComputedStyle(element)
  const isDrawn = style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2
  return {
    text: (element.ariaLabel || element.textContent.trim() || element.labels?.[0]?.textContent.trim() || '').replace(/\\s+/g, ' '),
    contrast: isDrawn ? contrast(channels(style.outlineColor), ground(element.parentElement)) : 0,
  }
})()` as unknown as () => { text: string; contrast: number } | null

/** Runs in the page: horizontal overflow, the lowest contrast of a text, what is cut, too small or moves, the scheme. */
const MEASURE = `(() => {
  ${COLOURS}
  let worst = 21
  for (const element of document.querySelectorAll('main *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!hasText || element.closest('[aria-hidden]')) continue
    worst = Math.min(worst, contrast(channels(getComputedStyle(element).color), ground(element)))
  }
  const isSeen = (one) => one.getClientRects().length > 0
  const cut = [...document.querySelectorAll('main, main *')].filter(isSeen).filter((one) => {
    const { right, left } = one.getBoundingClientRect()
    // An inline box has no width of its own.
    const spills = one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1
    return left < -1 || right > innerWidth + 1 || spills
  }).map((one) => one.outerHTML.slice(0, 120))
  const inText = (one) => one.matches('p a, p button, small a')
  const small = [...document.querySelectorAll('button, a, input:not([type=hidden])')].filter(isSeen).filter((one) => {
    const { width, height } = (one.closest('label') || one).getBoundingClientRect()
    return !inText(one) && (width < 24 || height < 24)
  }).map((one) => one.outerHTML.slice(0, 120))
  const moving = [...document.querySelectorAll('*')].filter((one) => {
    const style = getComputedStyle(one)
    return style.animationName !== 'none' || !/^0s(, 0s)*$/.test(style.transitionDuration)
  }).map((one) => one.outerHTML.slice(0, 120))
  return {
    overflow: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    worstContrast: worst,
    cut,
    small,
    moving,
    outline: ['html[lang]', 'title', 'main', 'h1'].map((what) => document.querySelectorAll(what).length),
    dark: luminance(ground(document.querySelector('main'))) < 0.2,
  }
})()` as unknown as () => {
  overflow: boolean
  worstContrast: number
  cut: string[]
  small: string[]
  moving: string[]
  outline: number[]
  dark: boolean
}
