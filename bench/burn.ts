/** Keeps a core busy until this process has used so many ms of CPU since the call. */
export function burn(ms: number): void {
  const began = process.cpuUsage()
  for (;;) {
    for (let step = 0; step < 20_000; step++) Math.sqrt(step)
    const { user, system } = process.cpuUsage(began)
    if (user + system >= ms * 1000) return
  }
}
