import { DurableObject } from 'cloudflare:workers'

/** One user's account. */
export class Account extends DurableObject<Cloudflare.Env> {}
