import { defineConfig } from 'tsup'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/job-process-main.ts',
    'src/orphan-watchdog.ts',
    'src/supervisor-thread-main.ts',
  ],
  format: ['esm'],
  target: 'node22',
  dts: false,
  sourcemap: true,
  clean: true,
})
