import { formatDuration, type StopReceipt } from '@hotline/core'

type Receipt = Omit<StopReceipt, 'state'>

/** How a job came to its end that somebody wanted stopped, as the end of a sentence about it. */
export function receiptText(receipt: Receipt): string {
  return `${meansText(receipt)}${holderText(receipt)}${reasonText(receipt)}`
}

function meansText({ means, tookMs }: Receipt): string {
  const after = `after ${formatDuration(tookMs)}`
  switch (means) {
    case 'before-start':
      return 'was cancelled before it started'
    case 'handler':
      return `stopped by itself ${after}: its handler heeded the abort signal`
    case 'SIGTERM':
    case 'SIGKILL':
      return `was stopped by ${means} ${after}`
    case 'process-died':
      return `ended ${after}, when its process or its worker died`
    case 'finished-first':
      return 'came to its own end before the stop reached it'
    case 'already-final':
      return 'had ended before; there was nothing to stop'
  }
}

function holderText({ worker, slot, pid }: Receipt): string {
  if (worker === undefined) return ''
  return ` (worker ${worker}${slot === undefined ? '' : `, slot ${slot}`}${pid === undefined ? '' : `, pid ${pid}`})`
}

function reasonText({ reason }: Receipt): string {
  return reason === undefined ? '' : `. Reason: ${reason}`
}
