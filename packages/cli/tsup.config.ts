import { defineConfig } from 'tsup'

export default defineConfig({
  // The demo's child processes load its handlers as a module of their own.
  entry: { hotline: 'src/hotline.ts', 'demo-handlers': 'src/demo/demo-handlers.ts' },
  format: ['esm'],
  target: 'node22',
  dts: false,
  sourcemap: true,
  clean: true,
})
