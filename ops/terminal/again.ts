/** Returns the command that runs this script once more with the same arguments, as one types it. */
export function commandAgain(script: string, args: readonly string[] = process.argv.slice(2)): string {
  const words = args.map((word) => (/^[\w./:@%=+-]+$/.test(word) ? word : JSON.stringify(word)))
  return ['npm run', script, ...(words.length === 0 ? [] : ['--', ...words])].join(' ')
}
