import type { MemoryBackend, Transport } from '@hotline/core'
import { checkChoice, InvalidOptionError, memory, memoryBackend, TransportError } from '@hotline/core'

/** An adapter package: the schemes it answers to, and how a URL becomes the options of its factory. */
interface Adapter {
  readonly schemes: readonly string[]
  readonly package: string
  readonly factory: string
  readonly options: (url: string, place: Place) => object
}

/** Where on the backend, and with which lease; what is missing is the adapter's default. */
interface Place {
  readonly namespace?: string | undefined
  readonly lease?: string | undefined
}

/** Adapters are optional packages: each is imported when its scheme is first asked for, and not before. */
const ADAPTERS: readonly Adapter[] = [
  {
    schemes: ['sqlite'],
    package: '@hotline/sqlite',
    factory: 'sqlite',
    options: (url, place) => ({ file: sqliteFile(url), ...place }),
  },
  {
    schemes: ['redis', 'rediss'],
    package: '@hotline/redis',
    factory: 'redis',
    options: (url, place) => ({ url, ...place }),
  },
  {
    schemes: ['amqp', 'amqps'],
    package: '@hotline/rabbitmq',
    factory: 'rabbitmq',
    options: (url, place) => ({ url, ...place }),
  },
  {
    schemes: ['postgres', 'postgresql'],
    package: '@hotline/postgres',
    factory: 'postgres',
    options: (url, place) => ({ ...postgresPlace(url, place), ...place }),
  },
  {
    schemes: ['pglite'],
    package: '@hotline/postgres',
    factory: 'postgres',
    options: (url, place) => ({ pglite: pgliteFolder(url) || 'memory', ...place }),
  },
]

/** What there is to say beside the URL. */
export interface TransportChoice extends Place {
  readonly adapters?: readonly Adapter[]
}

/** Where jobs are when nobody says: a file in the folder of now, made when it is first needed. */
export const DEFAULT_URL = 'sqlite:./hotline.db'

const EXAMPLE = 'redis://localhost:6379'

/** Backends of `memory://name`, shared by all that run in this process. */
const backends = new Map<string, MemoryBackend>()

/**
 * The transport that a URL speaks of, not yet open. `memory:` is a new backend each time, `memory://name` the same one
 * within this process.
 * @throws InvalidOptionError for an unknown scheme; TransportError when its package is not installed
 */
export async function transportOf(
  url: string = DEFAULT_URL,
  { adapters = ADAPTERS, ...place }: TransportChoice = {},
): Promise<Transport> {
  const scheme = schemeOf(url)
  checkChoice('scheme', scheme, ['memory', ...adapters.flatMap(({ schemes }) => schemes)])
  const adapter = adapters.find((known) => known.schemes.includes(scheme))
  return adapter === undefined ? memory({ backend: backendOf(url) }) : load(adapter, url, place)
}

/** Whether nobody outside can reach the backend of this URL: a memory backend that nobody else in this process uses. */
export function isLonely(url: string): boolean {
  const scheme = schemeOf(url)
  if (scheme === 'pglite') return pgliteFolder(url) === ''
  return scheme === 'memory' && !backends.has(memoryName(url))
}

/** Whether the backend of this URL lives within one process, and other processes cannot join in. */
export function isWithinProcess(url: string): boolean {
  return ['memory', 'pglite'].includes(schemeOf(url))
}

/**
 * `?schema=jobs` is ours, and PostgreSQL does not know it. A namespace goes before it: whoever asks for one means a place
 * of his own, and may delete it.
 */
function postgresPlace(
  url: string,
  { namespace }: Place,
): { readonly connectionString: string; readonly schema?: string } {
  const schema = /[?&]schema=([^&]*)/.exec(url)?.[1]
  if (schema === undefined) return { connectionString: url }
  const connectionString = url.replace(/([?&])schema=[^&]*&?/, '$1').replace(/[?&]$/, '')
  return namespace === undefined
    ? { connectionString, schema: decodeURIComponent(schema) }
    : { connectionString }
}

/** `sqlite:./file` and `sqlite:///file`. */
export function sqliteFile(url: string): string {
  return url.replace(/^sqlite:(?:\/\/)?/i, '')
}

/** `pglite:./folder` and `pglite:///folder`; empty for one in memory. */
function pgliteFolder(url: string): string {
  return url.replace(/^pglite:(?:\/\/)?/i, '')
}

function schemeOf(url: string): string {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(url)?.[1]
  if (scheme !== undefined) return scheme.toLowerCase()
  // n.b. a URL may hold a password, so no error ever shows one.
  const problem = 'The URL of the backend does not start with a scheme.'
  throw new InvalidOptionError({ option: 'url', problem, cure: `Write it like ${EXAMPLE}.` })
}

function backendOf(url: string): MemoryBackend {
  const name = memoryName(url)
  const backend = backends.get(name) ?? memoryBackend()
  if (name !== '') backends.set(name, backend)
  return backend
}

function memoryName(url: string): string {
  return url.replace(/^memory:(?:\/\/)?/i, '')
}

async function load(adapter: Adapter, url: string, place: Place): Promise<Transport> {
  const { factory, schemes } = adapter
  const module = await importAdapter(adapter)
  const create = module[factory]
  const transport: unknown = typeof create === 'function' ? create(adapter.options(url, place)) : undefined
  if (isTransport(transport)) return transport
  throw new TransportError({
    transport: schemes[0] ?? factory,
    problem: `${adapter.package} has no \`${factory}\` that makes a transport`,
    cure: 'Install a version that fits this one of @hotline/cli.',
  })
}

async function importAdapter({
  package: name,
  schemes,
}: Adapter): Promise<{ readonly [name: string]: unknown }> {
  try {
    return await import(name)
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    const problem =
      isMissing && cause.message.includes(name)
        ? `the package ${name} is not installed`
        : `${name} does not load`
    const cure = `Run \`npm install ${name}\` where @hotline/cli is installed.`
    throw new TransportError({ transport: schemes[0] ?? name, problem, cure, cause })
  }
}

function isTransport(value: unknown): value is Transport {
  return (
    typeof value === 'object' && value !== null && 'queue' in value && 'log' in value && 'control' in value
  )
}
