import { thisMachine } from './find-server.ts'

/** Why there is no tmux for the tests, and what to do; undefined where there is. Installs it if this user may. */
export async function tmuxProblem(): Promise<string | undefined> {
  const { hasProgram, install } = thisMachine
  if (await hasProgram('tmux')) return undefined
  if ((await install({ 'apt-get': 'tmux', apk: 'tmux' })) && (await hasProgram('tmux'))) return undefined
  return 'The tests need tmux, and none could be installed. Install the package tmux.'
}
