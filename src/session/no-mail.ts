/**
 * Stands in for the library with which the agents SDK writes e-mail (see `alias` in wrangler.toml). A session receives and sends
 * none, and that library brings a list of all the world's file types along, which every cold start would read.
 */
export function createMimeMessage(): never {
  throw new Error('This service sends no e-mail.')
}
