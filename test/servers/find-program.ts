import { type Machine, thisMachine } from './find-server.ts'

/** A program that a test runs, and the package of Debian and Alpine that has it. */
export interface WantedProgram {
  readonly program: string
  readonly package: string
}

/**
 * Whether the program is there, if need be after installing it, which takes root. Where it is not, one line says so, and
 * what to do; in CI that is an error.
 */
export async function findProgram(wanted: WantedProgram, machine: Machine = thisMachine): Promise<boolean> {
  if (await machine.hasProgram(wanted.program)) return true
  const packages = { 'apt-get': wanted.package, apk: wanted.package }
  if ((await machine.install(packages)) && (await machine.hasProgram(wanted.program))) return true
  const problem = `The tests need ${wanted.program}. Install the package ${wanted.package}.`
  if (machine.env.CI) throw new Error(problem)
  console.warn(`${problem} The tests that need it are left out.`)
  return false
}
