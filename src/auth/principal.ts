import { z } from 'zod'

/** What a grant allows: the tools, free SQL, and other people's performance summaries. */
export const SCOPES = ['retail:read', 'retail:sql', 'ops:read'] as const

export type Scope = (typeof SCOPES)[number]

/** Longest id of a client that can be part of a session's name; the URL of a client's document is one. */
export const MAX_CLIENT_ID = 512

/** Schema of a principal as it crosses from the Worker to a session object. */
export const principal = z.strictObject({
  userId: z.guid(),
  clientId: z.string().min(1).max(MAX_CLIENT_ID),
  grantId: z.string().min(1).max(1024),
  scopes: z.array(z.enum(SCOPES)),
})

/**
 * Who asks, from a verified token and from nothing else: no header, argument, URL or model text is identity.
 * Which stores a user may see is not in here; the database knows, and is asked inside every transaction.
 */
export type Principal = Readonly<z.output<typeof principal>>
