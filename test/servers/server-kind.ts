/** What the search for a server has to know of one kind of server. */
export interface ServerKind {
  /** As people write it. */
  readonly name: string
  /** Environment variable that names a server of the user's own. */
  readonly variable: string
  /** Where one listens by default. */
  readonly localUrl: string
  /** Resolves when the server at the URL answers, rejects when it does not within some 2 s. */
  readonly probe: (url: string) => Promise<void>
  /** Program that serves, found in PATH. */
  readonly program: string
  /** Starts the program on a free port, with nothing that outlives it. */
  readonly startPrivate: () => Promise<PrivateServer>
  /** What installs the program, by package manager. */
  readonly packages: { readonly 'apt-get': string; readonly apk: string }
  /** Name in compose.yaml. */
  readonly service: string
}

/** A server that a test run owns. */
export interface PrivateServer {
  readonly url: string
  stop(): Promise<void>
}
