#!/usr/bin/env node
import { main } from './main.ts'
import { processIo } from './process-io.ts'
import { tellWarnings } from './warnings.ts'

const io = processIo()
tellWarnings(io)
process.exitCode = await main(process.argv.slice(2), io)
io.release()
