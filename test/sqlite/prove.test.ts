import { readdir, rm } from 'node:fs/promises'
import { proved } from '../bodies/proved.ts'
import { newFolder } from './sqlite-stage.ts'

proved('sqlite, where no backend is named', async () => {
  const folder = await newFolder()
  return {
    folder,
    remains: () => readdir(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
})
