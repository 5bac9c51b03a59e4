/** `npm run schema`: writes sql/schema.sql from the migrations; with `-- --check` compares it and fails when it differs. */
import { readFile, writeFile } from 'node:fs/promises'
import { startLocalDatabase } from '../dev/neon/local-database.ts'
import { openOwnerPool } from './connect.ts'
import { dumpSchema } from './dump.ts'
import { migrate } from './migrations.ts'

const FILE = new URL('./schema.sql', import.meta.url)

const database = await startLocalDatabase({})
const pool = openOwnerPool(database.ownerUrl, database.endpoint)
try {
  await migrate(pool)
  const wanted = await dumpSchema(pool)
  if (!process.argv.includes('--check')) {
    await writeFile(FILE, wanted)
    console.log('wrote sql/schema.sql')
  } else if ((await readFile(FILE, 'utf8')).replaceAll('\r\n', '\n') === wanted) {
    console.log('sql/schema.sql is what the migrations make')
  } else {
    console.error('sql/schema.sql is not what the migrations make: run `npm run schema` and commit the result.')
    process.exitCode = 1
  }
} finally {
  await pool.end()
  await database.stop()
}
