import handlers from './handlers.ts'

process.emitWarning('mind the \u001b step')

export default handlers
