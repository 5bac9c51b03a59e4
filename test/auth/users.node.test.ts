import { describe, expect, it } from 'vitest'
import { runOps } from '../deploy/terminal.ts'
import { runHere } from '../support/node/run-here.ts'
import { readStack } from '../support/stack-variables.ts'

const [engine] = readStack(process.env).engines

const environment = { DATABASE_OWNER_URL: engine?.ownerUrl ?? '', DATABASE_ENDPOINT: engine?.endpoint ?? '' }

/** `npm run users -- …` on the test's database. */
const users = (...args: string[]) => runHere('users.ts', args, environment)

describe('npm run users', { timeout: 120_000 }, () => {
  it('adds, changes, links, disables and enables somebody, and shows what came of it', async () => {
    const added = await users(
      'add',
      'Nils@example.com',
      '--name',
      'Nils Holm',
      '--role',
      'store-manager',
      '--stores',
      'Tacoma',
    )
    const changed = await users(
      'change',
      'nils@example.com',
      '--role',
      'regional_manager',
      '--stores',
      'Seattle, Zava Retail Tacoma',
    )
    const linked = await users('change', 'nils@example.com', '--issuer', 'https://issuer.example', '--subject', 'n-1')
    const disabled = await users('disable', 'nils@example.com')
    const enabled = await users('enable', 'nils@example.com')

    expect(added.output).toMatch(/nils@example\.com +Nils Holm +store_manager +Zava Retail Tacoma +verified email +yes/)
    expect(changed.output).toMatch(/regional_manager +Zava Retail Seattle, Zava Retail Tacoma/)
    expect(linked.output).toMatch(/n-1 at https:\/\/issuer\.example +yes/)
    expect(disabled.output).toMatch(/ no$/m)
    expect(enabled.output).toMatch(/ yes$/m)
  })

  it('lists everybody, and not the canary of the readiness check, in a process of its own', async () => {
    const { code, output } = await runOps('users.ts', ['list'], { env: environment })

    expect(code, output).toBe(0)
    expect(output).toMatch(/Maren Solberg +store_manager +Zava Retail Seattle/)
    expect(output).toMatch(/head_office +all/)
    expect(output).not.toContain('canary')
  })

  it.each([
    [
      'somebody who is there already',
      ['add', 'seattle@zava.example', '--name', 'X', '--role', 'head_office'],
      'is a user already',
    ],
    ['a store that is not there', ['change', 'seattle@zava.example', '--stores', 'Atlantis'], 'no store "Atlantis"'],
    [
      'a store manager with two stores',
      ['change', 'seattle@zava.example', '--stores', 'Seattle,Tacoma'],
      'exactly one store',
    ],
    [
      'head office with a list',
      ['change', 'seattle@zava.example', '--role', 'head_office', '--stores', 'Tacoma'],
      'without a list',
    ],
    ['nobody', ['disable', 'nobody@example.com'], 'no user nobody@example.com'],
    ['an unknown role', ['change', 'seattle@zava.example', '--role', 'king'], '--role must be one of'],
    ['no change', ['change', 'seattle@zava.example'], 'Say what changes'],
    ['an unknown word', ['promote', 'seattle@zava.example'], 'is not one of'],
  ])('refuses %s and changes nothing', async (_what, args, sentence) => {
    const before = await users('list', 'seattle@zava.example')

    const refused = await users(...args)

    expect(refused.code).toBe(1)
    expect(refused.output).toContain(sentence)
    expect(await users('list', 'seattle@zava.example')).toEqual(before)
  })
})
