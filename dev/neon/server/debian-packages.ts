import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'
import { ServerPostgresUnavailableError } from './unavailable.ts'

// The Debian release that has PostgreSQL 17 and a pgvector with HNSW; an older machine's own packages do not matter,
// because these come with everything they need.
const RELEASE = 'trixie'
const PACKAGES = ['postgresql-17', 'postgresql-17-pgvector', 'dash', 'coreutils']
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Unpacks PostgreSQL and all it depends on into `root`, installing nothing. Throws `ServerPostgresUnavailableError`
 * with the reason when the machine cannot.
 */
export async function unpackPostgres(folder: string, root: string): Promise<void> {
  const options = await writeAptConfiguration(folder, await debianMirror())
  const env = { ...process.env, APT_CONFIG: options }
  try {
    await runCommand('apt-get', ['update', '-qq'], { env })
    await runCommand('apt-get', ['install', '-y', '-qq', '--download-only', ...PACKAGES], { env })
  } catch (cause) {
    throw new ServerPostgresUnavailableError('the Debian mirror of this machine does not deliver the packages', cause)
  }

  const archives = join(folder, 'cache', 'archives')
  for (const file of await readdir(archives)) {
    if (file.endsWith('.deb')) await runCommand('dpkg', ['-x', join(archives, file), root])
  }
}

/** The mirror that the machine's own apt uses. */
async function debianMirror(): Promise<string> {
  if (!existsSync('/etc/debian_version')) throw new ServerPostgresUnavailableError('this is not a Debian system')
  if (process.getuid?.() !== 0) throw new ServerPostgresUnavailableError('only root can unpack and run it')
  if (!existsSync(KEYRING)) throw new ServerPostgresUnavailableError("Debian's archive keyring is not installed")

  const uris = await runCommand('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'])
  const mirror = uris.split('\n').find((uri) => /\/debian\/?$/.test(uri))
  if (!mirror) throw new ServerPostgresUnavailableError("apt's configuration names no Debian mirror")
  return mirror
}

/** A configuration in which nothing counts as installed and nothing outside of `folder` is touched. */
async function writeAptConfiguration(folder: string, mirror: string): Promise<string> {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true })
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true })
  const path = (name: string) => join(folder, name)
  await writeFile(path('sources.list'), `deb [signed-by=${KEYRING}] ${mirror} ${RELEASE} main\n`)
  await writeFile(path('status'), '')
  await writeFile(
    path('apt.conf'),
    `Dir::Etc::sourcelist "${path('sources.list')}";
Dir::Etc::sourceparts "-";
Dir::State::lists "${path('lists')}";
Dir::State::status "${path('status')}";
Dir::Cache "${path('cache')}";
APT::Install-Recommends "0";
APT::Sandbox::User "root";
Acquire::Retries "2";
Acquire::http::Timeout "20";
`,
  )
  return path('apt.conf')
}
