import { existsSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unpackPostgres } from './debian-packages.ts'
import { runCommand } from './run-command.ts'

// Any id that the machine itself does not use; it owns the clusters and nothing else.
const USER = 5432
const BIN = '/usr/lib/postgresql/17/bin'

/** A folder with an unpacked PostgreSQL, in which its programs run as in a file system of their own. */
export interface PostgresRoot {
  path(inside: string): string
  /** Runs a program of PostgreSQL as its unprivileged user. */
  run(program: string, args: readonly string[]): Promise<string>
  /** Writes a file that PostgreSQL's user, and nobody else, can read. */
  writePrivate(inside: string, text: string): Promise<void>
}

/** Opens the unpacked folder, unpacking it first when it is not there. Throws `ServerPostgresUnavailableError`. */
export async function openPostgresRoot(folder: string, onProgress: (text: string) => void): Promise<PostgresRoot> {
  const root = join(folder, 'root')
  if (!existsSync(root)) {
    onProgress('Unpacking PostgreSQL 17 with pgvector')
    // Made beside and moved, so that an interrupted unpacking is never taken for a finished one.
    const next = join(folder, 'root.unpacking')
    await rm(next, { recursive: true, force: true })
    await mkdir(next, { recursive: true })
    await unpackPostgres(folder, next)
    await furnish(next)
    await trustVector(next)
    await rename(next, root)
    await rm(join(folder, 'cache'), { recursive: true, force: true })
    await rm(join(folder, 'lists'), { recursive: true, force: true })
  }
  return openRoot(root)
}

const VECTOR_CONTROL = 'usr/share/postgresql/17/extension/vector.control'

/** On Neon the database's owner may create the extension; a trusted one is what comes nearest. */
async function trustVector(root: string): Promise<void> {
  await appendFile(join(root, VECTOR_CONTROL), '\ntrusted = true\n')
}

function openRoot(root: string): PostgresRoot {
  return {
    path: (inside) => join(root, inside),
    run: (program, args) =>
      runCommand('/usr/sbin/chroot', [`--userspec=${USER}:${USER}`, root, `${BIN}/${program}`, ...args], {
        env: { PATH: `${BIN}:/usr/bin`, LC_ALL: 'C.UTF-8' },
      }),
    async writePrivate(inside, text) {
      await writeFile(join(root, inside), text, { mode: 0o600 })
      await chown(join(root, inside), USER, USER)
    },
  }
}

const DEVICES = [
  ['null', 3],
  ['zero', 5],
  ['random', 8],
  ['urandom', 9],
] as const

/** What unpacked packages lack of a system: the merged-/usr links, a shell, devices, the user. */
async function furnish(root: string): Promise<void> {
  const inside = (name: string) => join(root, name)
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!existsSync(inside(name))) await symlink(`usr/${name}`, inside(name))
  }
  if (!existsSync(inside('usr/bin/sh'))) await symlink('dash', inside('usr/bin/sh'))

  for (const name of ['dev', 'tmp', 'proc', 'etc', 'clusters']) await mkdir(inside(name), { recursive: true })
  for (const [name, minor] of DEVICES) {
    if (!existsSync(inside(`dev/${name}`))) {
      await runCommand('mknod', ['-m', '666', inside(`dev/${name}`), 'c', '1', String(minor)])
    }
  }
  await chmod(inside('tmp'), 0o1777)
  await chown(inside('clusters'), USER, USER)
  await writeFile(inside('etc/passwd'), `root:x:0:0::/:/bin/sh\npostgres:x:${USER}:${USER}::/tmp:/bin/sh\n`)
  await writeFile(inside('etc/group'), `root:x:0:\npostgres:x:${USER}:\n`)
}

/** The main process and port of a running cluster, from its pid file. */
export async function runningCluster(
  root: PostgresRoot,
  cluster: string,
): Promise<{ pid: number; port: number } | undefined> {
  const text = await readFile(root.path(`${cluster}/postmaster.pid`), 'utf8').catch(() => '')
  const lines = text.split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  // A pid file outlives a kill, and its id may be another program's by now.
  const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '') : ''
  return port > 0 && command.includes(cluster) ? { pid, port } : undefined
}
