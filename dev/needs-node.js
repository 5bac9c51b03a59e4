/**
 * Loaded before any script (`node --import ./dev/needs-node.js …`), in plain JavaScript, because an older Node cannot even
 * read the script: it would answer with a stack trace about the file's ending.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const readsTypeScript = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)
if (!readsTypeScript) {
  console.error(
    `This needs Node 22.18 or newer, and runs on ${process.versions.node}. On Linux and Windows "npm ci" brings one along; ` +
      'on macOS install a newer one, for example from https://nodejs.org, and try again.',
  )
  process.exit(1)
}
