import { demoStep } from './demo-data.ts'
import {
  accountStep,
  type DeploymentContext,
  deployStep,
  migrateStep,
  secretsStep,
  serviceRoleStep,
  smokeStep,
} from './deployment.ts'
import { databaseStep } from './project.ts'
import type { Step } from './steps.ts'

/** What a production deployment consists of, in order. */
export function setupSteps(context: DeploymentContext, { withDemo = false } = {}): readonly Step[] {
  return [
    accountStep(context),
    secretsStep(context),
    databaseStep(context),
    migrateStep(context),
    serviceRoleStep(context),
    ...(withDemo ? [demoStep(context, 'full')] : []),
    deployStep(context),
    smokeStep(context),
  ]
}

/** What the setup cannot go without, as variables and as questions. */
export function missingForSetup(env: NodeJS.ProcessEnv): { name: string; question: string }[] {
  const lacks = (name: string) => (env[name] ?? '') === ''
  return [
    ...(lacks('CLOUDFLARE_API_TOKEN')
      ? [{ name: 'CLOUDFLARE_API_TOKEN', question: 'Cloudflare API token (template “Edit Cloudflare Workers”)' }]
      : []),
    ...(lacks('NEON_API_KEY') && lacks('DATABASE_OWNER_URL')
      ? [{ name: 'NEON_API_KEY', question: 'Neon API key (or set DATABASE_OWNER_URL to an owner’s connection string)' }]
      : []),
  ]
}
