import { reset } from 'cloudflare:test'
import { afterAll } from 'vitest'

/** Files share one Worker: no session that one leaves behind may wake in the middle of another. */
afterAll(reset)
