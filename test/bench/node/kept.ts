/** What areas share or make ahead: each thing made once a run, and stopped in the end. */
export interface Kept {
  /** What was made under a name; makes it when there is none. */
  get<T extends Stoppable>(name: string, make: () => Promise<T>): Promise<T>
  stop(): Promise<void>
}

export interface Stoppable {
  stop(): Promise<void>
}

export function openKept(): Kept {
  const things = new Map<string, Promise<Stoppable>>()
  return {
    get<T extends Stoppable>(name: string, make: () => Promise<T>) {
      // A name stands for one kind of thing: whoever asks for it gives the same `make`.
      const thing = (things.get(name) ?? make()) as Promise<T>
      things.set(name, thing)
      return thing
    },
    async stop() {
      const made = await Promise.allSettled(things.values())
      for (const thing of made) if (thing.status === 'fulfilled') await thing.value.stop()
    },
  }
}
