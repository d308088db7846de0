/** What a child process gets of the supervisor's environment: this list. No broker URL and no secret is on it. */
const ALLOWED: readonly RegExp[] = [
  // who and where
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|HOSTNAME|TZ|TMPDIR|TEMP|TMP)$/,
  // language, and how to write to a terminal
  /^(LANG|LANGUAGE|LC_[A-Z]+|TERM|COLORTERM|NO_COLOR|FORCE_COLOR)$/,
  // the runtime, its certificates, and how many threads number crunching takes
  /^NODE_(ENV|OPTIONS|PATH|EXTRA_CA_CERTS|COMPILE_CACHE|V8_COVERAGE|NO_WARNINGS)$/,
  /^(SSL_CERT_FILE|SSL_CERT_DIR|UV_THREADPOOL_SIZE|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH)$/,
  /^(OMP|MKL|OPENBLAS|BLIS|NUMEXPR|VECLIB|RAYON)_(NUM|MAXIMUM)_THREADS$/,
  // what a program on Windows does not start without; names are in any case there
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|OS|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH)$/i,
  /^(APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE)$/i,
]

/** The environment of a child: what is allowed for all, and what the worker's `env` option names. */
export function childEnvironment(
  named: readonly string[],
  whole: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const passes = (name: string): boolean =>
    named.includes(name) || ALLOWED.some((pattern) => pattern.test(name))
  return Object.fromEntries(Object.entries(whole).filter(([name]) => passes(name)))
}

/** Options of Node that take the program or a debugger's port, or bring back a whole environment; not passed on. */
const NOT_INHERITED =
  /^(-e|--eval|-p|--print|-pe|-i|--interactive|-c|--check|--test|--watch|--input-type|--inspect|--env-file)/
const WITH_VALUE = /^(-e|--eval|-p|--print|-pe)$/

/** Node's options for a child: the supervisor's own (loaders, conditions …), and a heap of so many bytes; 0 = as it is. */
export function childExecArgv(heap: number, own: readonly string[] = process.execArgv): string[] {
  const inherited = own.filter((option, index) => {
    const before = own[index - 1] ?? ''
    const isValue = WITH_VALUE.test(before) || (!option.startsWith('-') && NOT_INHERITED.test(before))
    return !isValue && !NOT_INHERITED.test(option)
  })
  if (heap === 0) return inherited
  return [...inherited, `--max-old-space-size=${Math.max(16, Math.ceil(heap / 1024 ** 2))}`]
}
