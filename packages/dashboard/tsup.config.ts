import { defineConfig } from 'tsup'
import { bundlePage } from './src/bundle-page.ts'

export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  target: 'node22',
  dts: false,
  sourcemap: true,
  clean: true,
  // Published, the page is a text in the package: whoever mounts the handler has no bundler of ours, and maybe no files.
  esbuildPlugins: [
    {
      name: 'page-program',
      setup: ({ onLoad }) => {
        onLoad({ filter: /[\\/]page-program\.ts$/ }, async () => {
          const text = JSON.stringify(await bundlePage())
          return { loader: 'js', contents: `export const pageProgram = async () => ${text}` }
        })
      },
    },
  ],
})
