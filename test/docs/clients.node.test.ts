import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clientLines, clientsPage, DRIVEN } from '../../ops/clients/page.ts'
import { clientGuides } from '../../src/pages/clients.ts'
import { landingPage } from '../../src/pages/landing.ts'

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')
const PUBLIC_URL = 'https://retail.example.com'
const guides = clientGuides(`${PUBLIC_URL}/mcp`)
const ids = guides.map(({ id }) => id)

/** Rows of the README's table: the clients of each, how they are told, and how far they were tried. */
const [, table = ''] = /\n\| Client \| How \| Tried \|\n\|---\|---\|---\|\n(.*?)\n\n/s.exec(read('README.md')) ?? []
const rows = table.split('\n').map((line) => {
  const [names = '', how = '', tried = ''] = line.split('|').slice(1)
  return { names: names.replaceAll('`', '').trim(), how: how.trim(), tried: tried.trim() }
})
const rowOf = (name: string) =>
  rows.filter(({ names }) =>
    names
      .split(/ · |, /)
      .some((one) => one.toLowerCase() === name.toLowerCase() || one.endsWith(`for ${name.toLowerCase()}`)),
  )

describe('the one list of clients', () => {
  it('is what docs/clients.md and the demo’s own configuration for VS Code say', () => {
    const vscode = clientGuides('http://localhost:8787/mcp').find(({ id }) => id === 'vscode')

    expect(read('.vscode/mcp.json')).toBe(`${vscode?.code}\n`)
    expect(read('docs/clients.md')).toBe(clientsPage(guides))
  })

  it.for(guides)(
    '$name: the README has it in one row, and says of it whether it was run',
    ({ id, name, code = '' }) => {
      const [row, ...others] = rowOf(name)

      expect(others).toEqual([])
      expect(row?.tried).toMatch(
        id in DRIVEN ? /^run by `(TEST_CLIENT_COMMANDS=true )?npm run proof -- test\/clients/ : /^written: needs an? /,
      )
      // A command that the README writes out is the list's.
      for (const [, command = ''] of row?.how.matchAll(/`(\w+ mcp add[^`]*)<URL>`/g) ?? []) {
        if (command.startsWith(`${id.split('-')[0]} `)) expect(code).toContain(command)
      }
    },
  )

  it('is what the setup ends with: link, file and content of each', () => {
    const told = clientLines(guides).join('\n')

    for (const { name, how, link = '', file = '', code = '' } of guides) {
      expect(told, name).toContain(`${name}: ${how}`)
      expect(told, name).toContain(link)
      expect(told, name).toContain(file)
      for (const line of code.split('\n')) expect(told, name).toContain(line)
    }
    expect(read('ops/setup.ts')).toContain('...clientLines(clientGuides(url))')
  })

  it('is what the front page shows, a tab each and nothing else', async () => {
    const text = await (await landingPage({ publicUrl: PUBLIC_URL })).text()
    const panels = [...text.matchAll(/role="tabpanel" id="client-([\w-]+)"/g)].map(([, id]) => id)
    const seen = text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&#39;', "'")

    expect(panels).toEqual(ids)
    for (const { name, how, code = '' } of guides) {
      expect(seen, name).toContain(how)
      expect(seen, name).toContain(code)
    }
  })

  it('names nobody as driven whom a test of the clients does not drive', () => {
    const tests = ['clients', 'commands'].map((name) => read(`test/clients/${name}.proof.node.test.ts`)).join('\n')

    expect(Object.keys(DRIVEN).filter((id) => !ids.includes(id))).toEqual([])
    for (const id of Object.keys(DRIVEN)) {
      expect(tests, id).toMatch(new RegExp(`'\\.bin', 'mcp-${id}'|'node_modules', '${id}'|linesOf\\('${id}'\\)`))
    }
  })
})
