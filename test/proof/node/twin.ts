import { randomUUID } from 'node:crypto'
import { getPerson } from '../../../dev/demo/people.ts'
import type { OwnDatabase } from './own-database.ts'

/** Adds a user with the role and the stores of a demo person; returns the id. */
export async function addTwin({ owner }: OwnDatabase, who: string): Promise<string> {
  const { userId } = getPerson(who)
  const id = randomUUID()
  await owner.run(
    [
      `insert into app.users (user_id, email, display_name, role)
       select '${id}', '${id}@x.example', 'Twin', role from app.users where user_id = '${userId}'`,
      `insert into app.user_stores (user_id, store_id) select '${id}', store_id from app.user_stores where user_id = '${userId}'`,
    ],
    { readOnly: false },
  )
  return id
}
