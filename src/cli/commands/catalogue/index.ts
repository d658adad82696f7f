import { defineCommand } from 'citty'

export const catalogue = defineCommand({
  meta: { name: 'catalogue', description: 'The procedure catalogue: pull, match, diff, publish, links' },
  subCommands: {
    pull: () => import('./pull.js').then((module) => module.pull),
    match: () => import('./match.js').then((module) => module.match),
    diff: () => import('./diff.js').then((module) => module.diff),
    publish: () => import('./publish.js').then((module) => module.publish),
    links: () => import('./links.js').then((module) => module.links),
  },
})
