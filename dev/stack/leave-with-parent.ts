/**
 * Loaded into wrangler's process before wrangler itself. Two jobs: to end when the stack is gone, even when it was killed
 * and could not say so (an orphan would hold the port), and to end in good order on Windows too, which has no signals.
 */
process.once('disconnect', leave)
process.on('message', (message) => {
  if (message === 'stop') leave()
})

function leave(): void {
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0)
}
