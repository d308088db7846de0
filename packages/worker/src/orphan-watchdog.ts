/**
 * The thread in a job's process that ends the process when its supervisor is gone. The supervisor holds the other end
 * of this pipe and never writes; whatever way it dies, the kernel closes it. A thread, since a handler that spins
 * keeps the main one from hearing of anything.
 */
import { Socket } from 'node:net'
import { workerData } from 'node:worker_threads'

const pipe = new Socket({ fd: Number(workerData), readable: true, writable: false })
pipe.on('error', () => {})
pipe.on('close', () => process.kill(process.pid, 'SIGKILL'))
pipe.resume()
