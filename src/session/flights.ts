import { CancelledError } from '../errors.ts'

/** Equal work under way at the same time is done once; everybody who waits for it gets its outcome. */
export interface Flights<T> {
  /**
   * Joins the work under `key`, or starts it. Whoever gives up is gone at once (`CancelledError`); the work itself is stopped
   * only when nobody waits for it any more.
   */
  join(key: string, signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T>
  isUnderWay(key: string): boolean
}

interface Flight<T> {
  readonly outcome: Promise<T>
  readonly stop: AbortController
  waiting: number
}

export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T>>()

  const take = (key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const known = flights.get(key)
    if (known !== undefined) return known
    const stop = new AbortController()
    const flight: Flight<T> = { outcome: start(stop.signal), stop, waiting: 0 }
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    // Its outcome is everybody's to handle, also when all of them have left.
    flight.outcome.then(land, land)
    flights.set(key, flight)
    return flight
  }

  return {
    isUnderWay: (key) => flights.has(key),
    join(key, signal, start) {
      if (signal?.aborted === true) return Promise.reject(new CancelledError(signal.reason))
      const flight = take(key, start)
      flight.waiting += 1
      return new Promise<T>((resolve, reject) => {
        const leave = () => {
          flight.waiting -= 1
          if (flight.waiting === 0) {
            // The next one to ask must not wait for work that is being stopped.
            if (flights.get(key) === flight) flights.delete(key)
            flight.stop.abort(signal?.reason)
          }
          reject(new CancelledError(signal?.reason))
        }
        signal?.addEventListener('abort', leave, { once: true })
        const done = () => signal?.removeEventListener('abort', leave)
        flight.outcome.then(
          (value) => {
            done()
            resolve(value)
          },
          (error: unknown) => {
            done()
            reject(error)
          },
        )
      })
    },
  }
}
