/** A part that hears its order and nothing after it. */
process.on('message', () => process.send?.('heard'))
