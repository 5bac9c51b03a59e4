import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { readIdentity } from '../../retail/identity.ts'
import { type Opener, runResource } from '../boundary.ts'
import { ICONS } from '../icons.ts'

const URI = 'zava://stores'
const MIME = 'application/json'

/** Registers the caller's own stores as a resource, as the database knows them at the moment of reading. */
export function registerMyStores(server: McpServer, open: (context: ServerContext) => Opener): void {
  server.registerResource(
    'my-stores',
    URI,
    {
      title: 'My stores',
      description: 'Your role, your stores with place, region and time zone, and the dates of their orders.',
      mimeType: MIME,
      icons: ICONS.resource,
    },
    (uri, context) =>
      runResource('my-stores', open(context), async (call) => {
        const { user, stores, firstOrder, lastOrder } = await readIdentity(call)
        const text = JSON.stringify({
          role: user.role,
          store_count: user.store_count,
          stores,
          first_order: firstOrder,
          last_order: lastOrder,
        })
        return { contents: [{ uri: uri.href, mimeType: MIME, text }] }
      }),
  )
}
