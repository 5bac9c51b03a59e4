import { ApiError } from '../cloud/api.ts'
import { openCloudflare } from '../cloud/cloudflare.ts'
import { openNeon } from '../cloud/neon.ts'
import { AdvisedError } from '../terminal/advised-error.ts'
import { askUntilGood } from '../terminal/ask.ts'
import type { DeploymentState } from './state.ts'

/** Neon's own choice when none is named; asked for all the same, because a project cannot be moved. */
const STANDARD_REGION = 'aws-us-east-2'

/** What the setup cannot go without, as variables and as questions. */
export function missingForSetup(
  env: NodeJS.ProcessEnv,
  known: Partial<DeploymentState> = {},
): { name: string; question: string }[] {
  const lacks = (name: string) => (env[name] ?? '') === ''
  return [
    ...(lacks('CLOUDFLARE_API_TOKEN')
      ? [{ name: 'CLOUDFLARE_API_TOKEN', question: 'Cloudflare API token (template “Edit Cloudflare Workers”)' }]
      : []),
    ...(lacks('NEON_API_KEY') && lacks('DATABASE_OWNER_URL') && known.ownerUrl === undefined
      ? [{ name: 'NEON_API_KEY', question: 'Neon API key, or the connection string of a database’s owner' }]
      : []),
  ]
}

export interface SetupAnswers {
  readonly region?: string | undefined
  readonly withDemo: boolean
}

/**
 * Asks a person for what the environment and an earlier run leave open, and tries each answer before it goes on. What was answered
 * is put into `env`; an answer that a provider does not take is asked for again.
 */
export async function askForSetup(
  env: NodeJS.ProcessEnv,
  known: Partial<DeploymentState>,
  given: { readonly region?: string | undefined; readonly withDemo: boolean },
): Promise<SetupAnswers> {
  const missing = missingForSetup(env, known)
  const askFor = async (name: string, take: (answer: string) => Promise<void>) => {
    const question = missing.find((one) => one.name === name)?.question
    if (question !== undefined) await askUntilGood({ text: question, isSecret: true }, (answer) => take(needed(answer)))
  }
  await askFor('CLOUDFLARE_API_TOKEN', async (token) => {
    await accepted(() => accountsOf({ ...env, CLOUDFLARE_API_TOKEN: token }))
    env.CLOUDFLARE_API_TOKEN = token
  })
  await chooseAccount(env, known)
  await askFor('NEON_API_KEY', (answer) => takeDatabase(env, answer))
  const isFresh = known.neon === undefined && known.ownerUrl === undefined && (env.DATABASE_OWNER_URL ?? '') === ''
  const isNew = isFresh && (await chooseProject(env))
  const region = isNew ? (given.region ?? (await askForRegion())) : given.region
  return { region, withDemo: given.withDemo || (isFresh && (await askForDemo())) }
}

const accountsOf = (env: NodeJS.ProcessEnv) =>
  openCloudflare({ token: env.CLOUDFLARE_API_TOKEN ?? '', baseUrl: env.CLOUDFLARE_API_BASE_URL }).accounts()
const projectsOf = (env: NodeJS.ProcessEnv) =>
  openNeon({ token: env.NEON_API_KEY ?? '', baseUrl: env.NEON_API_BASE_URL }).projects()

async function takeDatabase(env: NodeJS.ProcessEnv, answer: string): Promise<void> {
  if (URL.canParse(answer) && /^postgres(ql)?:$/.test(new URL(answer).protocol)) {
    env.DATABASE_OWNER_URL = answer
    return
  }
  await accepted(() => projectsOf({ ...env, NEON_API_KEY: answer }))
  env.NEON_API_KEY = answer
}

async function chooseAccount(env: NodeJS.ProcessEnv, { accountId }: Partial<DeploymentState>): Promise<void> {
  if (accountId !== undefined || (env.CLOUDFLARE_ACCOUNT_ID ?? '') !== '') return
  const accounts = await accountsOf(env)
  if (accounts.length < 2) return
  const chosen = await choose('Which Cloudflare account?', accounts)
  env.CLOUDFLARE_ACCOUNT_ID = chosen?.id
}

/** Returns whether a project is to be made. */
async function chooseProject(env: NodeJS.ProcessEnv): Promise<boolean> {
  if ((env.NEON_PROJECT_ID ?? '') !== '') return false
  const projects = await projectsOf(env)
  if (projects.length === 0) return true
  const chosen = await choose('Which Neon project?', projects, 'a new one')
  if (chosen !== undefined) env.NEON_PROJECT_ID = chosen.id
  return chosen === undefined
}

/** Shows a numbered list; returns the one that was chosen, undefined for the one that is not there yet, which is the standard. */
async function choose<T extends { readonly id: string; readonly name: string }>(
  text: string,
  all: readonly T[],
  another?: string,
): Promise<T | undefined> {
  const lines = [
    ...(another === undefined ? [] : [` 0. ${another}`]),
    ...all.map(({ id, name }, i) => `${String(i + 1).padStart(2)}. ${name} (${id})`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  const standard = another === undefined ? '1' : '0'
  return askUntilGood({ text, standard }, (answer) => {
    if (answer === '0' && another !== undefined) return undefined
    const chosen = all[Number(answer) - 1] ?? all.find(({ id, name }) => id === answer || name === answer)
    if (chosen !== undefined) return chosen
    throw new AdvisedError(`"${answer}" is none of them.`, `Type a number from ${standard} to ${all.length}.`)
  })
}

const askForRegion = () =>
  askUntilGood({ text: 'Region of the new Neon project', standard: STANDARD_REGION }, (answer) => {
    if (/^(aws|azure|gcp)-[a-z0-9-]+$/.test(answer)) return answer
    throw new AdvisedError(`"${answer}" is not a region of Neon.`, `They look like ${STANDARD_REGION}.`)
  })

const askForDemo = () =>
  askUntilGood({ text: 'Fill it with demo data, if it is empty? (yes or no)', standard: 'no' }, (answer) => {
    if (/^(y|yes|n|no)$/i.test(answer)) return /^y/i.test(answer)
    throw new AdvisedError(`"${answer}" is neither.`, 'Type yes or no.')
  })

function needed(answer: string): string {
  if (answer !== '') return answer
  throw new AdvisedError('It does not go without.', 'Paste it here; it is not shown.')
}

/** A provider that refuses says so at the question; one that is not reached is a failure. */
async function accepted(look: () => Promise<unknown>): Promise<void> {
  try {
    await look()
  } catch (error) {
    if (!(error instanceof ApiError) || ![400, 401, 403].includes(error.status)) throw error
    throw new AdvisedError(`It is not accepted: ${error.message}.`, 'Try another one.')
  }
}
