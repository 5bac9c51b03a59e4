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
