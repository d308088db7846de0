/** A rule of the protocol that can be taken away, so that the model shows what it is for. */
export type Rule = keyof typeof RULES

/** What must never happen, in the words of the promises. */
export type Violation =
  | 'job lost'
  | 'live lease taken'
  | 'two run at once'
  | 'late result accepted'
  | 'two ends'
  | 'recorded twice'
  | 'went on though cancelled'
  | 'readers disagree'

/** Each rule, and what happens without it. */
export const RULES = {
  /** An enqueue resolves when its entry was read back, not when it was sent. */
  'enqueue is read back': 'job lost',
  /** A worker runs a job when its claim was read back as accepted, not when it was confirmed. */
  'claim is read back': 'two run at once',
  /** A lease is extended when the pulse was read back, not when it was sent. */
  'extension is read back': 'two run at once',
  /** A holder's lease counts from when it asked, not from when it was answered. */
  'lease counts from the request': 'two run at once',
  /** A holder that was not answered within its lease kills its process. */
  'holder fences itself': 'two run at once',
  /** A sweep takes a lease only after a whole lease without a word from the holder. */
  'sweep waits for a lease': 'live lease taken',
  /** A sweep names the last extension that it knows, and counts only if there was no later one. */
  'sweep names the extension': 'live lease taken',
  /** A holder's word counts for the open attempt only. */
  'attempt fences': 'late result accepted',
  /** After a final state nothing counts. */
  'final is final': 'two ends',
  /** What is sent again has its old number, and counts once. */
  'entries are numbered': 'recorded twice',
  /** A job that somebody asked to stop is not retried. */
  'cancelling ends it': 'went on though cancelled',
  /** An unfinished job is written again before the log drops its first entry. */
  'kept before dropped': 'job lost',
  /** What is written again says as of when it is, and does not count if the job has changed since. */
  'kept as of an offset': 'readers disagree',
  /** What is written again does not count for a reader who cannot know whether the job has changed since. */
  'kept for who saw all since': 'readers disagree',
  /** What is written again is also the mark that a sweep has to name. */
  'kept renews the mark': 'readers disagree',
} as const satisfies Record<string, Violation>
