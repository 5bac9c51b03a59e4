import { neon, neonConfig } from '@neondatabase/serverless'
import { bindings } from './edge.ts'

/** Runs one statement as the database's owner, who sees everything; values are bound. */
export async function asOwner(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  const [engine] = bindings.TEST_ENGINES
  if (engine === undefined) throw new Error('no engine')
  neonConfig.fetchEndpoint = engine.endpoint
  return (await neon(engine.ownerUrl).query(text, [...values])) as Record<string, unknown>[]
}
