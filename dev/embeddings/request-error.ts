/** A failure in the shape of OpenAI's errors. */
export class RequestError extends Error {
  readonly status: number
  readonly param: string | null

  constructor(status: number, message: string, param: string | null = null) {
    super(message)
    this.status = status
    this.param = param
  }

  get body(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    const type = this.status >= 500 ? 'server_error' : 'invalid_request_error'
    return { error: { message: this.message, type, param: this.param, code: null } }
  }
}
