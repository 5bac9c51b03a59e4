/** `npm run clients`: writes docs/clients.md from the list that the front page and the setup use. */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { clientGuides } from '../src/pages/clients.ts'
import { clientsPage } from './clients/page.ts'

const EXAMPLE = 'https://retail.example.com/mcp'

await writeFile(fileURLToPath(new URL('../docs/clients.md', import.meta.url)), clientsPage(clientGuides(EXAMPLE)))
