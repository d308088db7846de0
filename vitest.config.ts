import { defineConfig } from 'vitest/config'

/** Tests, and every process that a test forks, run the TypeScript sources: no build comes first. */
const sourceCondition = '@hotline/source'
// Without `import`, which Vite adds where it fits: vitest hands these to node as they are, and a `require` must not meet it.
// Without `module` too: it is for bundlers, and node cannot load what the API of OpenTelemetry has there.
const conditions = [sourceCondition, 'node', 'default']

/** Tests that need the network or minutes run where CI=true. */
const exclude = ['**/node_modules/**', '**/dist/**', ...(process.env.CI ? [] : ['**/*.ci.test.ts'])]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'test/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    exclude,
    globalSetup: './test/servers/setup.ts',
    pool: 'forks',
    execArgv: [`--conditions=${sourceCondition}`],
    // Two cores and tests that mostly wait: 560 s with three, 665 s with two.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', './scripts/plain-reporter.ts'],
    // Errors outside the type tests are the business of `npm run check`.
    typecheck: {
      enabled: true,
      ignoreSourceErrors: true,
      include: ['**/*.test-d.ts'],
      tsconfig: './tsconfig.test.json',
    },
  },
})
