import type { DemoProgress, DemoSummary } from '../demo/load.ts'
import type { CopyTarget } from './copy-target.ts'
import type { EngineHost } from './embedded/engine-host.ts'
import type { DemoTask, FromEngine } from './engine-messages.ts'

/** Runs a demo task on a database. The generator is loaded only then: few starts need it. */
export async function runDemoTask(
  target: CopyTarget,
  task: DemoTask,
  onProgress?: (progress: DemoProgress) => void,
): Promise<DemoSummary> {
  const { loadDemoData, topUpDemoData } = await import('../demo/load.ts')
  return task.act === 'load'
    ? loadDemoData(target, task.options, onProgress)
    : topUpDemoData(target, task.options, onProgress)
}

/** Runs a demo task with every client kept out, and tells the parent how it goes. */
export async function serveDemoTask(
  host: EngineHost,
  task: DemoTask,
  tell: (message: FromEngine) => void,
): Promise<void> {
  try {
    const summary = await host.exclusively((target) =>
      runDemoTask(target, task, (progress) => tell({ type: 'demo-progress', progress })),
    )
    tell({ type: 'demo-done', summary })
  } catch (error) {
    tell({ type: 'demo-failed', message: (error as Error).message })
  }
}
