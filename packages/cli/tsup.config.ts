import { defineConfig } from 'tsup'

export default defineConfig({
  // Processes of the demo and of the proof start with modules of their own.
  entry: {
    hotline: 'src/hotline.ts',
    'demo-handlers': 'src/demo/demo-handlers.ts',
    'demo-part': 'src/demo/demo-part.ts',
    'load-handlers': 'src/prove/load-handlers.ts',
    'load-worker': 'src/prove/load-worker.ts',
  },
  format: ['esm'],
  target: 'node22',
  dts: false,
  sourcemap: true,
  clean: true,
})
