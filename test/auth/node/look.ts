import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'puppeteer-core'
import { expect } from 'vitest'

/** Looking at a page as people do: in two sizes, by day and by night, by keyboard. */

/** Pictures to be looked at land there when it is set. */
const PICTURES = process.env.SCREENSHOTS
const WIDTHS = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const
const SCHEMES = ['light', 'dark'] as const
/** WCAG 2.2: text, level AA; and what shows where the focus is (1.4.11). */
const TEXT_CONTRAST = 4.5
const FOCUS_CONTRAST = 3

/** Sees that a page fits, can be read, names its controls and has the colours that were asked for. */
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
      expect(seen.overflow, `${name} ${width} fits`).toBe(false)
      expect(seen.worstContrast, `${name} ${scheme} contrast`).toBeGreaterThanOrEqual(TEXT_CONTRAST)
      expect(seen.unnamed, `${name} names its controls`).toEqual([])
      expect(seen.outline, `${name} has a language, a title, one main part and one heading above all`).toEqual([
        1, 1, 1, 1,
      ])
      expect(seen.dark, `${name} ${scheme}`).toBe(scheme === 'dark')
    }
  }
}

/** Goes through a page with the Tab key alone; returns the texts of what gets the focus, which must be seen there. */
export async function walk(page: Page): Promise<string[]> {
  await page.evaluate('document.activeElement?.blur()')
  const passed: string[] = []
  for (;;) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(FOCUS)
    if (at === null || passed.includes(at.text)) return passed
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
    const isStatus = /status of (400|403|404)/.test(message.text())
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
  if (element === null || element === document.body) return null
  const style = getComputedStyle(element)
  const isDrawn = style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2
  return {
    text: (element.textContent.trim() || element.labels?.[0]?.textContent.trim() || '').replace(/\\s+/g, ' '),
    contrast: isDrawn ? contrast(channels(style.outlineColor), ground(element.parentElement)) : 0,
  }
})()` as unknown as () => { text: string; contrast: number } | null

/** Runs in the page: horizontal overflow, the lowest contrast of a text, controls without a name, the scheme. */
const MEASURE = `(() => {
  ${COLOURS}
  let worst = 21
  for (const element of document.querySelectorAll('main *')) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!hasText || element.closest('[aria-hidden]')) continue
    worst = Math.min(worst, contrast(channels(getComputedStyle(element).color), ground(element)))
  }
  const unnamed = [...document.querySelectorAll('button, a, input:not([type=hidden])')]
    .filter((one) => !(one.textContent.trim() || one.labels?.[0]?.textContent.trim())).map((one) => one.outerHTML)
  return {
    overflow: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    worstContrast: worst,
    unnamed,
    outline: ['html[lang]', 'title', 'main', 'h1'].map((what) => document.querySelectorAll(what).length),
    dark: luminance(ground(document.querySelector('main'))) < 0.2,
  }
})()` as unknown as () => {
  overflow: boolean
  worstContrast: number
  unnamed: string[]
  outline: number[]
  dark: boolean
}
