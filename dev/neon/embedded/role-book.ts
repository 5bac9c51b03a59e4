import type { Login } from '../engine.ts'
import { fatal, type WireError } from '../errors.ts'
import type { BackendLink } from './backend-link.ts'
import type { Role } from './orders.ts'
import { PasswordMemory } from './scram.ts'

/** The one database of the embedded engine. */
export const DATABASE = 'postgres'

/** Knows the roles and proves who logs in. Callers hold the turnstile. */
export class RoleBook {
  readonly #link: BackendLink
  readonly #passwords = new PasswordMemory()
  readonly #known = new Map<string, Role | undefined>()
  #generation = -1

  constructor(link: BackendLink) {
    this.#link = link
  }

  /** Throws the FATAL error that a Postgres server answers to a login it refuses. */
  async authenticate({ user, password, database }: Login): Promise<Role> {
    const role = await this.#find(user)
    if (!role?.verifier || isOver(role)) throw wrongPassword(user)
    if (!(await this.#passwords.matches(password, role.verifier))) throw wrongPassword(user)
    if (!role.canLogin) throw fatal('28000', `role "${user}" is not permitted to log in`)
    if (database !== DATABASE) throw fatal('3D000', `database "${database}" does not exist`)
    return role
  }

  /** What was read stays true until something is written: every change of the catalogue uses up a transaction id. */
  async #find(user: string): Promise<Role | undefined> {
    if (this.#generation !== this.#link.generation) this.#known.clear()
    if (!this.#known.has(user)) {
      this.#known.set(user, await this.#link.findRole(user))
      this.#generation = this.#link.generation
    }
    return this.#known.get(user)
  }
}

function isOver({ validUntil }: Role): boolean {
  return validUntil !== null && validUntil <= Date.now()
}

function wrongPassword(user: string): WireError {
  return fatal('28P01', `password authentication failed for user "${user}"`)
}
