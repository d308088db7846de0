import type { Command } from './command.ts'
import { auditCommand } from './commands/audit.ts'
import { cancelCommand } from './commands/cancel.ts'
import { eventsCommand } from './commands/events.ts'
import { explainCommand } from './commands/explain.ts'
import { helpCommand } from './commands/help.ts'
import { jobsCommand } from './commands/jobs.ts'
import { migrateCommand } from './commands/migrate.ts'
import { pauseCommand } from './commands/pause.ts'
import { resumeCommand } from './commands/resume.ts'
import { serveCommand } from './commands/serve.ts'
import { showCommand } from './commands/show.ts'
import { topologyCommand } from './commands/topology.ts'
import { versionCommand } from './commands/version.ts'
import { workerCommand } from './commands/worker.ts'
import { workersCommand } from './commands/workers.ts'
import { demoCommand } from './demo/demo-command.ts'
import { proveCommand } from './prove/prove-command.ts'

/** Every command, in the order of `hotline --help`. */
export const COMMANDS: readonly Command[] = [
  demoCommand,
  workerCommand,
  eventsCommand,
  jobsCommand,
  showCommand,
  explainCommand,
  cancelCommand,
  workersCommand,
  serveCommand,
  pauseCommand,
  resumeCommand,
  proveCommand,
  auditCommand,
  migrateCommand,
  topologyCommand,
  helpCommand,
  versionCommand,
]
