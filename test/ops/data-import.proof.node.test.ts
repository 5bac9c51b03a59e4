import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { engines, openScratch } from '../sql/node/scratch.ts'
import { startImport } from './node/import-data.ts'

const LINES = 200_000

it.skipIf(!engines.includes('server'))(
  `loads ${LINES} lines of a flat sales file, says how fast, and changes nothing the second time`,
  { timeout: 300_000 },
  async () => {
    const scratch = await openScratch('server')
    const folder = await mkdtemp(join(tmpdir(), 'zava-import-'))
    const file = join(folder, 'sales.csv')
    await writeSales(file)

    const first = await startImport(scratch, [file])
    const again = await startImport(scratch, [file])

    const [[orders]] = (await scratch.owner.run(['select count(*) as n from retail.order_items'])) as [[{ n: string }]]
    await scratch.close()
    await rm(folder, { recursive: true })
    console.log(first.output.split('\n').find((line) => line.includes('lines/s')))
    expect(first.code, first.output).toBe(0)
    expect(orders).toEqual({ n: String(LINES) })
    expect(again.output).toMatch(/order_items\s+0\s+0/)
    // Printed beside the design's 20,000 lines a second, and never asserted: times differ from machine to machine.
    expect(speedOf(first.output)).toBeGreaterThan(0)
  },
)

function speedOf(output: string): number {
  const [, speed = ''] = /([\d,]+) lines\/s/.exec(output) ?? []
  return Number(speed.replaceAll(',', ''))
}

async function writeSales(path: string): Promise<void> {
  const out = createWriteStream(path)
  out.write('order id,order date,store,customer,sku,product name,category,quantity,unit price\n')
  for (let line = 0; line < LINES; line += 1) {
    const order = Math.floor(line / 3)
    const day = String(1 + (order % 28)).padStart(2, '0')
    const text = `${order},2026-0${1 + (order % 6)}-${day} 10:00,Store ${order % 8},c${order % 20_000},S-${line % 400},Product ${line % 400},Category ${line % 9},${1 + (line % 4)},${(line % 90) + 0.5}\n`
    if (!out.write(text)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}
