import { defineConfig } from 'vitest/config'

/**
 * Folders whose files share a process: what one of them leaves behind in a module cannot disturb the next, and loading the library anew for
 * each costs more than its tests. Where HTTP of a whole process is replaced (nock), files stay apart.
 */
const TOGETHER = {
  unit: ['base', 'domain', 'rules', 'mappers', 'catalogue', 'config', 'docs', 'doctor'],
  engine: ['ledger', 'sync', 'payments'],
  served: ['handlers', 'sandbox'],
} as const
const filesOf = (folders: readonly string[]) => folders.map((folder) => `test/${folder}/**/*.test.ts`)

/** `real` reads the shared contracts and data beside the repository; `long` takes minutes. Neither runs with `npm test`. */
export default defineConfig({
  test: {
    passWithNoTests: true,
    // Twice what most machines have for it: many tests wait for processes and databases, and what takes long on a busy machine is no failure.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    setupFiles: ['test/properties.ts'],
    projects: [
      ...Object.entries(TOGETHER).map(([name, folders]) => ({ extends: true as const, test: { name, include: filesOf(folders), isolate: false } })),
      {
        extends: true,
        test: {
          name: 'test',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', 'test/long/**', 'test/consumers/**', ...filesOf(Object.values(TOGETHER).flat())],
        },
      },
      { extends: true, test: { name: 'real', include: ['test/real/**/*.test.ts'] } },
      { extends: true, test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
    ],
  },
})
