import { ArgumentError, type OptionSpec, type ParsedArguments, wholeNumber } from '../../ops/terminal/arguments.ts'
import { SCOPES } from '../../src/auth/principal.ts'
import { people } from '../demo/people.ts'
import { DEFAULT_DATA } from '../stack/data-folder.ts'
import { DEFAULT_HOURS, DEFAULT_SCOPE } from './mint-token.ts'

const MAX_HOURS = 8_760
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const TOKEN_OPTIONS: Record<string, OptionSpec> = {
  scope: { value: '"<scopes>"', help: `any of ${SCOPES.join(', ')}, separated by spaces (default "${DEFAULT_SCOPE}")` },
  hours: { value: '<number>', help: `how long it is good for (default ${DEFAULT_HOURS})` },
  data: { value: '<folder>', help: `the stack's data folder (default ${DEFAULT_DATA})` },
  help: { help: 'show this' },
}

export interface TokenRequest {
  readonly userId: string
  readonly scope: string
  readonly hours: number
  readonly dataDir: string | undefined
}

/** Reads whose token is wanted. Throws `ArgumentError` that lists the names, or the scopes, that there are. */
export function readTokenRequest({ values, words }: ParsedArguments): TokenRequest {
  const { scope = DEFAULT_SCOPE, hours, data } = values
  return {
    userId: readUserId(words[0]),
    scope: readScope(scope),
    hours: hours === undefined ? DEFAULT_HOURS : wholeNumber('hours', hours, [1, MAX_HOURS]),
    dataDir: data,
  }
}

function readUserId(name: string | undefined): string {
  const known = `Known are ${people.map(({ key }) => key).join(', ')}; a user's id works too.`
  if (name === undefined) throw new ArgumentError(`Say whose token: npm run token -- seattle. ${known}`)
  const person = people.find(({ key }) => key === name.toLowerCase())
  if (person === undefined && !UUID.test(name)) throw new ArgumentError(`There is no manager "${name}". ${known}`)
  return person?.userId ?? name.toLowerCase()
}

function readScope(text: string): string {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const unknown = names.find((name) => !(SCOPES as readonly string[]).includes(name))
  if (names.length === 0 || unknown !== undefined) {
    throw new ArgumentError(
      `--scope must be any of ${SCOPES.join(', ')}, separated by spaces${unknown === undefined ? '' : `, not "${unknown}"`}.`,
    )
  }
  return names.join(' ')
}
