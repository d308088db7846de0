import type { Client, JobHandle } from '@hotline/core'
import { InvalidOptionError, isJobId } from '@hotline/core'

/** How many of the newest jobs are searched for a short id. */
const SEARCHED = 10_000

/**
 * The job of an id, or of the last digits of one, as the screens show them.
 * @throws InvalidOptionError if several jobs end in these digits
 */
export async function findJob(client: Client, wanted: string): Promise<JobHandle> {
  const id = wanted.toLowerCase()
  if (isJobId(id) || !/^[\da-f]{4,12}$/.test(id)) return client.handle(id)
  const found: JobHandle[] = []
  for await (const job of client.jobs({ limit: SEARCHED })) if (job.id.endsWith(id)) found.push(job)
  const [first] = found
  if (first === undefined) return client.handle(id)
  if (found.length === 1) return first
  const problem = `${found.length} jobs end in "${id}": ${found.map((job) => job.id).join(', ')}.`
  throw new InvalidOptionError({ option: 'job', problem, cure: 'Give the whole id of one.' })
}

/** Why there is nothing to show for an id, and what to do about it. */
export function absenceText({ id, state }: JobHandle): string {
  if (state === 'forgotten')
    return `job ${id} is forgotten: it is older than the backend remembers. Look at results sooner, or give its task a longer \`retention\`.`
  if (isJobId(id))
    return `job ${id} is unknown: this backend never stored it, or has lost it. Check the id and the URL.`
  return `job "${id.slice(0, 60)}" is unknown: that is no job id, nor the last digits of one. \`hotline jobs\` lists them.`
}
