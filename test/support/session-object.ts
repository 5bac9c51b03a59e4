import { env } from 'cloudflare:workers'
import { GRANT_SESSION, sessionName } from '../../src/session/name.ts'
import type { Session } from '../../src/session/session.ts'
import { person } from './edge.ts'

/** All session objects of the Worker under test. */
export const sessions = (env as unknown as { SESSION: DurableObjectNamespace<Session> }).SESSION

/** The object that hosts a person's conversation through a client; the newer era's one unless a session id is given. */
export function objectOf(key: string, clientId: string, session = GRANT_SESSION): DurableObjectStub<Session> {
  return sessions.getByName(
    sessionName({ userId: person(key).userId, clientId, grantId: 'x', scopes: [] }, session),
  ) as unknown as DurableObjectStub<Session>
}
