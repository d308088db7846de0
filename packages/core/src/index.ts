export type { BulkItem, ClientOptions } from './client/client.ts'
export { Client, createClient } from './client/client.ts'
export type { EventListener, EventMap, StreamOptions } from './client/client-events.ts'
export { ClientEvents } from './client/client-events.ts'
export type { EnqueueOptions } from './client/enqueue-options.ts'
export type { Evidence } from './client/evidence.ts'
export type { Attempt, StopReceipt, TaskEvent } from './client/job-handle.ts'
export { JobHandle } from './client/job-handle.ts'
export type { JobsOptions } from './client/jobs-options.ts'
export type { Clock, Timer } from './clock.ts'
export { systemClock } from './clock.ts'
export type { CallErrorCode, ErrorCode, JobErrorCode, UsageErrorCode, ValidationIssue } from './error.ts'
export {
  BackpressureError,
  BulkEnqueueError,
  CALL_ERROR_CODES,
  ClosedError,
  HandlersError,
  HotlineError,
  InvalidOptionError,
  JOB_ERROR_CODES,
  JobError,
  KeyConflictError,
  LeaseLostError,
  PayloadTooLargeError,
  SerializationError,
  SupervisorError,
  TransportError,
  USAGE_ERROR_CODES,
  ValidationError,
  WaitTimeoutError,
} from './error.ts'
export type { Cursor, EventOf, EventType, HotlineEvent, StreamGap } from './events/event.ts'
export { EVENT_TYPES, JOB_EVENT_TYPES } from './events/event.ts'
export type { Notice, NoticeType, ProposedNotice, RecycleReason } from './events/notice.ts'
export type { LoggedEvent } from './events/parse-event.ts'
export { parseEvent } from './events/parse-event.ts'
export type { ErrorDocument } from './job/error-document.ts'
export { describeError, parseErrorDocument, reviveError } from './job/error-document.ts'
export type {
  CancelReceipt,
  JobEvent,
  JobEventType,
  JobLimits,
  LossReason,
  Priority,
  ProposedEvent,
  Refusal,
  ReleaseReason,
  StopMeans,
  Usage,
} from './job/event.ts'
export { attemptErrorOf, jobErrorOf } from './job/job-error.ts'
export type { JobId, JobIdOptions } from './job/job-id.ts'
export { createJobId, createJobIdFactory, isJobId, jobIdTime } from './job/job-id.ts'
export type { JsonOptions, JsonValue } from './job/json.ts'
export { decodeJson, encodeJson } from './job/json.ts'
export type { AttemptError, Crash, Stop } from './job/policy.ts'
export { afterCancelRequest, afterCrash, afterError, afterRelease, afterStop, overdue } from './job/policy.ts'
export { proposalOf } from './job/proposal-of.ts'
export type { AttemptRecord, FinalState, Holder, JobRecord, StoredState } from './job/record.ts'
export { FINAL_STATES, isFinal, openAttempt } from './job/record.ts'
export type { Verdict } from './job/reducer.ts'
export { reduce, reduceAll } from './job/reducer.ts'
export type { StoredRecord } from './job/stored-record.ts'
export { parseRecord, plainRecord, UnreadableRecord } from './job/stored-record.ts'
export { transitions } from './job/transitions.ts'
export type { JobState, Sighting } from './job/truth.ts'
export { absence, stateOf } from './job/truth.ts'
export type { Logger } from './logger.ts'
export { silentLogger } from './logger.ts'
export type { MemorySettings } from './memory/memory.ts'
export { memory, memoryBackend } from './memory/memory.ts'
export type { MemoryBackend } from './memory/memory-backend.ts'
export type { BusySlot, Explanation, Line, Obstacle, UnfitWorker } from './observe/explanation.ts'
export { explanationText } from './observe/explanation-text.ts'
export { ACTIVE, inertLines, inertText } from './observe/inert-text.ts'
export type { Count, Durations, Labels } from './observe/job-metrics.ts'
export { DURATION_BUCKETS, JobMetrics } from './observe/job-metrics.ts'
export type { Run } from './observe/list-schedule.ts'
export { listSchedule } from './observe/list-schedule.ts'
export type { LiveBounds } from './observe/live-jobs.ts'
export type { LiveScene } from './observe/live-model.ts'
export { LiveModel } from './observe/live-model.ts'
export type { LiveWorker } from './observe/live-workers.ts'
export type {
  BackendFound,
  BackendLost,
  JobsSeen,
  Look,
  Observation,
  RecordingStarted,
  Tally,
  WorkersSeen,
} from './observe/observation.ts'
export { LOOK_TYPES } from './observe/observation.ts'
export type { Proof, ProofOptions, Violation, ViolationKind, WorkerProof } from './observe/proof.ts'
export { prove } from './observe/proof.ts'
export { ProofLedger } from './observe/proof-ledger.ts'
export type { Bar, BarEnd, RunningStep } from './observe/slot-timeline.ts'
export { SlotTimeline } from './observe/slot-timeline.ts'
export { witnessLines } from './observe/witness.ts'
export type { Backoff } from './task/backoff.ts'
export { backoffDelay } from './task/backoff.ts'
export type { Bytes } from './task/bytes.ts'
export { formatBytes, parseBytes } from './task/bytes.ts'
export type { Duration } from './task/duration.ts'
export { formatDuration, parseDuration } from './task/duration.ts'
export type { Handler, Implementation, JobContext } from './task/implementation.ts'
export { FinalError, implement } from './task/implementation.ts'
export { checkName } from './task/name.ts'
export { checkChoice, checkOptions } from './task/option-names.ts'
export { encodePayload, parsePayload, validate } from './task/payload.ts'
export type {
  PlainTypes,
  SchemaTypes,
  Task,
  TaskDefaults,
  TaskOptions,
  TaskSchemas,
  TaskTypes,
} from './task/task.ts'
export { defineTask } from './task/task.ts'
export type { MeterLike } from './telemetry/report-metrics.ts'
export { reportMetrics } from './telemetry/report-metrics.ts'
export type { TracedEnd, TracedJob, Tracing } from './telemetry/tracing.ts'
export { loadTracing } from './telemetry/tracing.ts'
export { checkPayloads } from './transport/check-payloads.ts'
export { checkTransport } from './transport/check-transport.ts'
export { ControlListeners } from './transport/control-listeners.ts'
export type { LeaseKeeper, Renewal } from './transport/held-lease.ts'
export { HeldLease } from './transport/held-lease.ts'
export { LeaseSet } from './transport/lease-set.ts'
export { matchesQuery } from './transport/matches-query.ts'
export { outcomeOf } from './transport/outcome-of.ts'
export { parseControlMessage } from './transport/parse-control-message.ts'
export { parsePresence, presenceOf } from './transport/parse-presence.ts'
export type { SlotPresence, WorkerPresence } from './transport/presence.ts'
export { SILENT_AFTER_BEATS } from './transport/presence.ts'
export { ServerClock } from './transport/server-clock.ts'
export type { TransportFacts, TransportSession } from './transport/session-transport.ts'
export { SessionTransport } from './transport/session-transport.ts'
export { closeShared, openShared } from './transport/share.ts'
export type { SweepPlan } from './transport/sweep-timer.ts'
export { SweepTimer } from './transport/sweep-timer.ts'
export type {
  AppendOutcome,
  ControlBus,
  ControlMessage,
  DeadFrame,
  EnqueueOutcome,
  JobLog,
  JobQuery,
  JobQueue,
  Lease,
  NewJob,
  NextJob,
  Settled,
  SubscribeOptions,
  Transport,
  TransportDescription,
  TransportLimits,
} from './transport/transport.ts'
export { Ear, WakeBoard } from './transport/wake-board.ts'
