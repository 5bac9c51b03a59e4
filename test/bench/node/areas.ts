import type { Area } from './area.ts'
import { catalogue } from './catalogue.ts'
import { edge } from './edge.ts'
import { guard } from './guard.ts'
import { isolation } from './isolation.ts'
import { load } from './load.ts'
import { protocol } from './protocol.ts'
import { requests } from './requests.ts'
import { rls } from './rls.ts'
import { scale } from './scale.ts'
import { session } from './session.ts'
import { start } from './start.ts'
import { tokens } from './tokens.ts'

/** Every area, in the order in which the bench runs them. */
export const AREAS: readonly Area[] = [
  // First, while no other area's sessions write to the stack that they share.
  session,
  requests,
  tokens,
  protocol,
  isolation,
  start,
  guard,
  edge,
  rls,
  load,
  scale,
  catalogue,
]
