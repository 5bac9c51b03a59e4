/** What a session is measured against: an object of the same base class that does nothing. */
import { Agent, getAgentByName } from 'agents'

export class BareObject extends Agent {
  onRequest() {
    return new Response('here')
  }
}

export default {
  async fetch(request, env) {
    return (await getAgentByName(env.BARE_OBJECT, 'bare')).fetch(request)
  },
}
