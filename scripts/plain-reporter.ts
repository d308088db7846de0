import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Closes a test run with one plain line that a person and a CI can both read: `12 passed, 0 failed`. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      if (tests.length === 0 && module.state() === 'failed') count.failed += 1
      for (const test of tests) count[test.result().state] += 1
    }
    const skipped = count.skipped + count.pending
    console.log(
      `\n${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    )
  }
}
