/** What a list of jobs needs of a record or an event, and no more: pages hold many of them, and payloads may be large. */
import type { ErrorDocument, HotlineEvent, JobRecord, JsonValue } from '@hotline/core'

/** Longest text of an error, and longest encoded progress, in UTF-16 units. */
const LONGEST = 300

export function slimRecord(record: JobRecord): JobRecord {
  const { progress, error, attempts } = record
  return {
    ...record,
    enqueueSite: undefined,
    result: undefined,
    progress: progress === undefined ? undefined : slimValue(progress),
    error: error === undefined ? undefined : slimError(error),
    attempts: attempts.map((attempt) =>
      attempt.error === undefined ? attempt : { ...attempt, error: slimError(attempt.error) },
    ),
  }
}

export function slimEvent(event: HotlineEvent): HotlineEvent {
  switch (event.type) {
    case 'job.queued':
      return { ...event, enqueueSite: undefined }
    case 'job.progress':
      return { ...event, progress: slimValue(event.progress) }
    case 'job.logged':
      return { ...event, lines: event.lines.slice(-1).map(slimText), dropped: 0 }
    case 'job.succeeded':
      return { ...event, result: null }
    case 'job.retrying':
    case 'job.failed':
    case 'job.lost':
      return { ...event, error: slimError(event.error) }
    default:
      return event
  }
}

function slimError({ name, message }: ErrorDocument): ErrorDocument {
  return { name: slimText(name), message: slimText(message) }
}

function slimValue(value: JsonValue): JsonValue {
  return JSON.stringify(value).length > LONGEST ? null : value
}

function slimText(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
