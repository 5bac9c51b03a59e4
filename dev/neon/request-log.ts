/** One finished `/sql` request. Holds no SQL text: values and names of tenants stay out of it. */
export interface RequestRecord {
  readonly id: number
  /** Empty when the request failed before its login was read. */
  readonly user: string
  readonly queries: number
  readonly readOnly: boolean
  readonly isolation: string | undefined
  readonly ms: number
  /** HTTP status; 0 when the connection was cut without an answer. */
  readonly status: number
}

/** Counters since the endpoint started; they only grow. */
export interface RequestCounts {
  readonly requests: number
  readonly queries: number
}

const KEPT = 50

/** Counts requests and keeps the latest 50. */
export class RequestLog {
  #requests = 0
  #queries = 0
  readonly #recent: RequestRecord[] = []

  add(record: Omit<RequestRecord, 'id'>): void {
    this.#requests += 1
    this.#queries += record.queries
    this.#recent.push({ id: this.#requests, ...record })
    if (this.#recent.length > KEPT) this.#recent.shift()
  }

  counts(): RequestCounts {
    return { requests: this.#requests, queries: this.#queries }
  }

  recent(): readonly RequestRecord[] {
    return [...this.#recent]
  }
}
