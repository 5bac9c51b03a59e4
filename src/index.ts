import { createApp } from './app.ts'
import { authenticate } from './auth/token.ts'

export { Session } from './session/session.ts'

export default createApp({ authenticate })
