/** `npm run users -- add|change|disable|enable|list`: who may use the service, and which stores they see. */
import { findOwnerDatabase, OWNER_OPTIONS, withOwnerPool } from './owner-database.ts'
import { ArgumentError, type OptionSpec, type ParsedArguments } from './terminal/arguments.ts'
import { runScript } from './terminal/run-script.ts'
import { renderTable } from './terminal/table.ts'
import { addUser, changeUser, listUsers, ROLES, type Role, type UserChange, type UserRecord } from './user-records.ts'

const OPTIONS = {
  name: { value: '<name>', help: 'how they are called' },
  role: { value: '<role>', help: `one of ${ROLES.join(', ')}` },
  stores: { value: '"<names>"', help: 'all their stores, separated by commas; in full or by the last word' },
  'new-email': { value: '<email>', help: 'with change: their new address' },
  issuer: { value: '<url>', help: 'with change: the issuer at which they sign in …' },
  subject: { value: '<subject>', help: '… and as whom (its "sub")' },
  ...OWNER_OPTIONS,
} as const satisfies Record<string, OptionSpec>

const USAGE = 'npm run users -- add|change|disable|enable|list [<email>] [options]'
const ACTS = ['add', 'change', 'disable', 'enable', 'list'] as const

await runScript({ usage: USAGE, options: OPTIONS, maxWords: 2 }, async (parsed) => {
  const [act = 'list', email] = parsed.words
  if (!(ACTS as readonly string[]).includes(act)) throw new ArgumentError(`"${act}" is not one of ${ACTS.join(', ')}.`)
  const perform = plan(act as (typeof ACTS)[number], email, parsed)
  const users = await withOwnerPool(await findOwnerDatabase(parsed), async (pool) => {
    await perform?.(pool)
    return listUsers(pool, parsed.values['new-email'] ?? email)
  })
  console.log(users.length === 0 ? 'Nobody.' : renderUsers(users))
  return 0
})

/** Reads what is to be done, before any database is asked. */
function plan(act: (typeof ACTS)[number], email: string | undefined, { values }: ParsedArguments) {
  if (act === 'list') return undefined
  if (email === undefined || !/^[^@\s]+@[^@\s]+$/.test(email))
    throw new ArgumentError(`Say who: npm run users -- ${act} maren@example.com`)
  const role = readRole(values.role)
  const stores = values.stores
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (act === 'add') {
    const { name } = values
    if (name === undefined || role === undefined) throw new ArgumentError('Adding somebody needs --name and --role.')
    return (pool: Pool) => addUser(pool, { email, displayName: name, role, stores: stores ?? [] })
  }
  const change: UserChange =
    act === 'change'
      ? { displayName: values.name, email: values['new-email'], role, stores, identity: readIdentity(values) }
      : { isDisabled: act === 'disable' }
  if (Object.values(change).every((value) => value === undefined)) {
    throw new ArgumentError('Say what changes: --name, --role, --stores, --new-email, or --issuer with --subject.')
  }
  return (pool: Pool) => changeUser(pool, email, change)
}

type Pool = Parameters<typeof addUser>[0]

function readRole(text: string | undefined): Role | undefined {
  if (text === undefined) return undefined
  const role = ROLES.find((name) => name === text.replaceAll('-', '_'))
  if (role === undefined) throw new ArgumentError(`--role must be one of ${ROLES.join(', ')}, not "${text}".`)
  return role
}

function readIdentity({ issuer, subject }: ParsedArguments['values']): UserChange['identity'] {
  if (issuer === undefined && subject === undefined) return undefined
  if (issuer === undefined || subject === undefined || !URL.canParse(issuer)) {
    throw new ArgumentError('--issuer (its URL) and --subject belong together.')
  }
  return { issuer, subject }
}

function renderUsers(users: readonly UserRecord[]): string {
  return renderTable(
    ['Email', 'Name', 'Role', 'Stores', 'Signs in as', 'May sign in'],
    users.map(({ email, displayName, role, stores, identities, isDisabled }) => [
      email,
      displayName,
      role,
      role === 'head_office' ? 'all' : stores.join(', '),
      identities.length === 0 ? 'verified email' : identities.join(', '),
      isDisabled ? 'no' : 'yes',
    ]),
    { maxWidth: 60 },
  )
}
