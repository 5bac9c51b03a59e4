/** `npm run migrate -- [owner URL]`: brings a database to the newest schema. The URL may stand in DATABASE_OWNER_URL. */
import { openOwnerPool } from './connect.ts'
import { MigrationError, migrate } from './migrations.ts'

const url = process.argv[2] ?? process.env.DATABASE_OWNER_URL
if (url === undefined || !URL.canParse(url)) {
  console.error('Say which database: npm run migrate -- postgresql://owner:password@host/database')
  process.exit(2)
}

const pool = openOwnerPool(url, process.env.DATABASE_ENDPOINT)
try {
  const applied = await migrate(pool, {
    onApplied: (name, milliseconds) => console.log(`applied ${name} (${Math.round(milliseconds)} ms)`),
  })
  console.log(applied.length === 0 ? 'nothing to do: the database is up to date' : `${applied.length} applied`)
} catch (error) {
  const { message, code, where } = error as Error & { code?: string; where?: string }
  console.error(
    error instanceof MigrationError ? message : `The database refused: ${message}${code ? ` (${code})` : ''}`,
  )
  if (where !== undefined) console.error(where)
  process.exitCode = 1
} finally {
  await pool.end()
}
