import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * The program of the page as one classic script, with core's reducer in it. Core is taken from its sources: of them, a
 * browser gets the functions that it calls, and none that need Node.
 */
export async function bundlePage(): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('./page/main.tsx', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@hotline/source'],
    external: ['node:*'],
    metafile: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error('The bundler made nothing of the page.')
  const needed = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((one) => one.path))
  if (needed.length > 0) throw new Error(`The page calls something of core that needs ${needed.join(', ')}.`)
  return file.text
}
