import { Client } from 'pg'

/** The PostgreSQL that the peers of a contest share: `POSTGRES_URL`, else the one on this machine. @throws Error if it is silent */
export async function needPostgres(): Promise<string> {
  const url = process.env.POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  try {
    await run(url, 'select 1')
    return url
  } catch (cause) {
    const cure = 'Start one at localhost:5432, or set POSTGRES_URL.'
    throw new Error(`No PostgreSQL is reachable. ${cure}`, { cause })
  }
}

export async function dropSchemas(url: string, ...schemas: string[]): Promise<void> {
  for (const schema of schemas) await run(url, `drop schema if exists ${schema} cascade`)
}

async function run(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('notice', () => {})
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
