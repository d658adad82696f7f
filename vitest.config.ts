import { defineConfig } from 'vitest/config'

/** Pure code and single calls: what one file leaves behind in a module cannot disturb the next, and loading the library anew for each costs more than its tests. */
const UNITS = ['base', 'domain', 'rules', 'mappers', 'catalogue', 'config', 'docs', 'doctor'].map((folder) => `test/${folder}/**/*.test.ts`)

/** `real` reads the shared contracts and data beside the repository; `long` takes minutes. Neither runs with `npm test`. */
export default defineConfig({
  test: {
    passWithNoTests: true,
    // Twice what most machines have for it: many tests wait for processes and databases, and what takes long on a busy machine is no failure.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      { extends: true, test: { name: 'unit', include: UNITS, isolate: false } },
      {
        extends: true,
        test: { name: 'test', include: ['test/**/*.test.ts'], exclude: ['test/real/**', 'test/long/**', 'test/consumers/**', ...UNITS] },
      },
      { extends: true, test: { name: 'real', include: ['test/real/**/*.test.ts'] } },
      { extends: true, test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
    ],
  },
})
