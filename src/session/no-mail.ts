/**
 * Stands in for the library with which the agents SDK writes e-mail (see `alias` in wrangler.toml). A session receives and sends
 * none, and that library brings a list of all the world's file types along, a seventh of what a cold start had to read.
 */
export function createMimeMessage(): never {
  throw new Error('This service sends no e-mail.')
}
