import { cpSync } from 'node:fs'
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node22',
  dts: false,
  // There is no `sqlite` without `node:`.
  removeNodeProtocol: false,
  sourcemap: true,
  clean: true,
  // The statements are files of their own, beside the code that reads them.
  onSuccess: async () => {
    for (const folder of ['sql', 'migrations']) cpSync(`src/${folder}`, `dist/${folder}`, { recursive: true })
  },
})
