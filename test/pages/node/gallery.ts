import type { ConnectedClient } from '../../../src/auth/connected-client.ts'
import type { Person } from '../../../src/auth/person.ts'
import { commandPage } from '../../../src/pages/command.ts'
import { connectionsPage } from '../../../src/pages/connections.ts'
import { type ConsentClient, consentPage } from '../../../src/pages/consent.ts'
import { demoSignInPage } from '../../../src/pages/demo-sign-in.ts'
import { landingPage } from '../../../src/pages/landing.ts'
import { messagePage, strangerPage } from '../../../src/pages/message.ts'
import { leadOn } from '../../../src/pages/onward.ts'

/** Every page for people, with what is hardest on it: the longest names that are let in, many rows, none at all. */

const NAME = 'Quarterly Planning Assistant of the Northwest Region and its Eleven Partners, Release Candidate 2 (QA)'
const ONE_WORD = 'Q'.repeat(100)
const HOST = 'assistant-for-planning.a-rather-long-host-name-of-somebody-elses-company.example'
/** A green square of 2 × 2 pixels. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mOQqvcGIgYIBQAYOgORw52LFAAAAABJRU5ErkJggg=='
/** The answer to it leaves a browser on the page that led there. */
const STAY = '/stay'
const NOW = Date.UTC(2026, 5, 1)
const DAY = 86_400_000

const MAREN: Person = {
  userId: 'u',
  displayName: 'Maren Solberg',
  role: 'store_manager',
  stores: ['Zava Retail Seattle'],
  storeCount: 1,
}
const REGION: Person = {
  ...MAREN,
  displayName: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh the Third, Interim',
  role: 'regional_manager',
  stores: ['Zava Retail Llanfairpwllgwyngyllgogerychwyrndrobwll', 'Zava Retail Ocean Shores', 'Zava Retail Pasco'],
  storeCount: 20,
}
const OFFICE: Person = { ...MAREN, displayName: 'Head Office', role: 'head_office', stores: [], storeCount: 20 }
const NOBODY: Person = { ...MAREN, stores: [], storeCount: 0 }

const CLIENT: ConsentClient = {
  name: 'Claude',
  verifiedHost: 'claude.ai',
  redirectUri: 'https://claude.ai/api/mcp/auth_callback',
  isOnThisDevice: false,
  logo: undefined,
}
const ALL = ['retail:read', 'retail:sql', 'ops:read'] as const

function connected(i: number, name: string, redirectHost: string): ConnectedClient {
  const times = { connectedAt: NOW - (i + 1) * 3 * DAY, lastUsed: NOW - i * 7_000_000 }
  return { grantId: `grant-${i}`, clientId: `client-${i}`, name, redirectHost, scopes: [...ALL], ...times }
}

const CLIENTS = Array.from({ length: 20 }, (_, i) => {
  const name = [NAME, 'Claude', ONE_WORD][i % 3] ?? ''
  return connected(i, `${i} ${name}`.slice(0, 100), i % 2 === 0 ? `${HOST}:8443` : '')
})

const consent = (client: Partial<ConsentClient>, person: Person) =>
  consentPage({
    client: { ...CLIENT, ...client },
    person,
    scopes: person.role === 'head_office' ? ALL : ['retail:read', 'retail:sql'],
    hidden: { handle: 'h', who: 'w', again: '/authorize?x=1' },
    headers: new Headers(),
  })
const connections = (person: Person, clients: readonly ConnectedClient[], disconnected?: string) =>
  connectionsPage({ person, clients, formToken: 'f', disconnected, now: NOW })
const demo = (people: Parameters<typeof demoSignInPage>[0]) =>
  demoSignInPage(people, () => `${STAY}?as=1`, new Headers())
const failed = { title: 'That did not work', status: 400, requestId: 'a3f0c1d2-9b8e-4c7d-8a6f-5e4d3c2b1a09' }

/** What each page is called, and how it is made. */
export const GALLERY: Readonly<Record<string, () => Promise<Response>>> = {
  front: () => landingPage({ publicUrl: 'https://retail.example.com' }),
  'front-long': () =>
    landingPage({ publicUrl: `https://${HOST}`, privacyUrl: 'https://p.example', supportUrl: 'mailto:s@a.example' }),
  demo: () =>
    demo([
      { user_id: '1', display_name: MAREN.displayName, role: 'store_manager', stores: MAREN.stores },
      {
        user_id: '2',
        display_name: REGION.displayName,
        role: 'regional_manager',
        stores: Array.from({ length: 20 }, (_, i) => `Zava Retail Store Number ${i} at the Harbour`),
      },
      { user_id: '3', display_name: OFFICE.displayName, role: 'head_office', stores: [] },
    ] as Parameters<typeof demoSignInPage>[0]),
  'demo-empty': () => demo([]),
  consent: () => consent({}, MAREN),
  'consent-logo': () => consent({ logo: LOGO }, MAREN),
  'consent-long': () =>
    consent({ name: NAME, verifiedHost: HOST, redirectUri: `https://${HOST}/oauth/callback` }, REGION),
  'consent-one-word': () =>
    consent(
      { name: ONE_WORD, verifiedHost: undefined, redirectUri: 'http://127.0.0.1:1/', isOnThisDevice: true },
      OFFICE,
    ),
  'consent-no-store': () => consent({ verifiedHost: undefined }, NOBODY),
  command: () => commandPage({ person: MAREN, check: '5f1d7a9c', hidden: { token: 't' } }),
  'command-long': () => commandPage({ person: REGION, check: '5f1d7a9c', hidden: { token: 't' } }),
  'connections-none': () => connections(MAREN, []),
  'connections-one': () => connections(MAREN, [connected(0, 'Claude', 'claude.ai')]),
  'connections-many': () => connections(REGION, CLIENTS),
  'connections-gone': () => connections(MAREN, CLIENTS.slice(0, 1), ONE_WORD),
  'message-long': () => messagePage({ ...failed, message: `There is nothing at /${ONE_WORD}.`, hint: 'Go back.' }),
  stranger: () => strangerPage('retail-analytics-access@a-rather-long-host-name-of-a-company.example', 'r'),
  onward: () => leadOn(new Response(null, { status: 302, headers: { location: `${STAY}?code=${ONE_WORD}` } })),
}

/** Answers a request for a page of the gallery by its name. */
export async function serveGallery(path: string, isReady: boolean): Promise<Response> {
  if (path.startsWith(STAY)) return new Response(null, { status: 204 })
  if (path === '/readyz') return readiness(isReady)
  return (await GALLERY[path.slice(1)]?.()) ?? new Response('not in the gallery', { status: 404 })
}

function readiness(isReady: boolean): Response {
  const database = isReady ? 'healthy' : 'unhealthy: unreachable'
  return Response.json({ database, ai_service: 'healthy' }, { status: isReady ? 200 : 503 })
}
