import { NotFoundError } from '../errors.ts'
import { toSvg } from '../mcp/icons.ts'
import { TOOLS } from '../mcp/tools/index.ts'

/** Answers with the picture of a tool, from the name of its file. Throws `NotFoundError` when no tool has that name. */
export function pictureOf(file: string): Response {
  const tool = TOOLS.find(({ name }) => `${name}.svg` === file)
  if (tool === undefined)
    throw new NotFoundError('There is no such picture.', { hint: 'tools/list tells where they lie.' })
  return new Response(toSvg(tool.icon), {
    headers: { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400' },
  })
}
