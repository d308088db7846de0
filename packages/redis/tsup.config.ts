import { cpSync } from 'node:fs'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node22',
  dts: false,
  sourcemap: true,
  clean: true,
  // The scripts are files of their own, beside the code that reads them.
  onSuccess: async () => cpSync('src/lua', 'dist/lua', { recursive: true }),
})
