/**
 * What the edge is measured against: a Worker with the same driver that runs the statements it is sent, in one read-only
 * transaction, and nothing else.
 */
import { neon, neonConfig } from '@neondatabase/serverless'

export default {
  async fetch(request, env) {
    neonConfig.fetchEndpoint = env.DATABASE_ENDPOINT
    const { statements, isolationLevel } = await request.json()
    const sql = neon(env.DATABASE_URL, { arrayMode: true, fullResults: true })
    const results = await sql.transaction(
      statements.map(({ query, params }) => sql.query(query, params)),
      { readOnly: true, isolationLevel },
    )
    return Response.json(results.map(({ rows }) => rows))
  },
}
