import { defineConfig } from 'vitest/config'

/** `real` reads the shared contracts and data beside the repository; `long` takes minutes. Neither runs with `npm test`. */
export default defineConfig({
  test: {
    passWithNoTests: true,
    projects: [
      { extends: true, test: { name: 'test', include: ['test/**/*.test.ts'], exclude: ['test/real/**', 'test/long/**', 'test/consumers/**'] } },
      { extends: true, test: { name: 'real', include: ['test/real/**/*.test.ts'], testTimeout: 60_000 } },
      { extends: true, test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } },
    ],
  },
})
