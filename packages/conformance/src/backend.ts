import type { Transport } from '@hotline/core'
import type { Address } from './tcp-proxy.ts'

/** What a clause asks for. A backend whose smallest lease is longer says so in its `limits`, and clauses wait longer. */
export interface Wanted {
  readonly leaseMs: number
  readonly retentionMs: number
}

/** Where to connect to, when it is not where the backend listens. */
export interface ConnectOptions {
  readonly address?: Address | undefined
}

/**
 * How another process connects: it imports `module`, whose default export is `(data) => Transport`, and calls it with
 * `data`. The transport is not opened yet.
 */
export interface HolderModule {
  readonly module: URL
  /** Anything that JSON carries. */
  readonly data: unknown
}

/**
 * One backend for one test: unique, isolated, empty. What it has decides which groups of clauses run, and nothing else
 * does: there is no flag.
 */
export interface Backend {
  /** A new transport, not opened. Called several times: each is to the backend what another process would be. */
  connect(options?: ConnectOptions): Transport
  /** Removes everything. All transports are closed by then. */
  destroy(): Promise<void>
  /** Of a backend that is reached over TCP. Its clauses run again through a proxy, whose address `connect` then gets. */
  readonly address?: Address | undefined
  /** Of a backend that outlives its processes. Holders are then killed and frozen. */
  readonly holder?: HolderModule | undefined
  /** Drops what is older than the retention now, where the backend would do so too late for a test. */
  trim?(): Promise<void>
}

/** Makes the backend of one test. */
export type CreateBackend = (wanted: Wanted) => Promise<Backend>
