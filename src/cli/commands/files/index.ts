import { defineCommand } from 'citty'

export const files = defineCommand({
  meta: { name: 'files', description: 'Links to files that the national side can open: serve' },
  subCommands: {
    serve: () => import('./serve.js').then((module) => module.serve),
  },
})
