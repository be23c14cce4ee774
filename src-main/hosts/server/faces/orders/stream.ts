import type { Caller } from '../../../../api/caller.ts';
import type { ApiContext } from '../http/context.ts';
import type { LineWriter } from '../http/line-writer.ts';
import { cursorOf, type StreamPosition } from './cursor.ts';
import { errorsIn, lineOf, progressLine, summaryLine, type Tally } from './lines.ts';
import type { Line, StreamOperation } from './schemas.ts';
import { settledItems } from './settled-items.ts';

/** A silent stream says that it is alive this often. */
const heartbeatMs = 15_000;

export interface StreamRequest {
  readonly operation: StreamOperation;
  readonly batchSize: number;
  /** The stream ends with this error; null for none. */
  readonly maxErrors: number | null;
}

/** Where a stream stands, over the operations that it is made of. */
export interface StreamState {
  position: StreamPosition;
  readonly tally: Tally;
  /** An item that was not started was met. */
  isCut: boolean;
}

export function newStreamState(position: StreamPosition): StreamState {
  return {
    position,
    tally: { successful: 0, errors: new Map(), startedMs: performance.now() },
    isCut: false,
  };
}

/** How many more errors may be told; null for any number. */
export function errorsLeft({ tally, position }: StreamState, { maxErrors }: StreamRequest): number | null {
  return maxErrors === null ? null : maxErrors - position.errors - errorsIn(tally);
}

/** True where one more error is not to be told. */
export function isFull(state: StreamState, request: StreamRequest): boolean {
  const left = errorsLeft(state, request);
  return left !== null && left <= 0;
}

/**
 * Tells what became of each record of an operation after the stream's position, in order and as it happens, with a line
 * of progress every `batchSize` records. Ends with the operation, with the error that is one too many, or before the
 * first record that was not started.
 */
export async function tellOperation(
  context: ApiContext,
  caller: Caller,
  request: StreamRequest,
  state: StreamState,
  lines: LineWriter,
): Promise<void> {
  const { operationId: id, seq: after } = state.position;
  let sinceProgress = 0;
  const progress = (): Line => {
    sinceProgress = 0;
    return progressLine(state.tally, state.position, performance.now());
  };
  const settled = settledItems(context, caller, id, { after, silenceMs: heartbeatMs, signal: lines.signal });
  for await (const items of settled) {
    if (items.length === 0) await lines.write([progress()]);
    let told: Line[] = [];
    for (const item of items) {
      const line = lineOf(item, request.operation, context.clock.now());
      if (!line) {
        state.isCut = true;
        break;
      }
      note(state.tally, line);
      told.push(line);
      state.position = { ...state.position, seq: item.seq };
      sinceProgress += 1;
      if (sinceProgress >= request.batchSize) {
        told.push(progress());
        await lines.write(told);
        told = [];
      }
      if (lines.signal.aborted || isFull(state, request)) break;
    }
    await lines.write(told);
    if (state.isCut || isFull(state, request)) return;
  }
}

function note(tally: Tally, line: Line): void {
  if (line.type === 'success') tally.successful += 1;
  if (line.type === 'error') tally.errors.set(line.error, (tally.errors.get(line.error) ?? 0) + 1);
}

/** The first line of a stream. */
export function metadataLine(request: StreamRequest, position: StreamPosition, isResumed: boolean): Line {
  const { operationId, total, before, seq } = position;
  return {
    type: 'metadata',
    operationId: String(operationId),
    operation: request.operation,
    totalRecords: total,
    ...(isResumed && {
      resumed: true,
      cursor: cursorOf(position),
      remainingRecords: total - before - seq,
    }),
  };
}

/** The last lines of a stream: how far it came, and what came of it. */
export function endLines(state: StreamState): Line[] {
  const { position, tally } = state;
  const isEarly = position.before + position.seq < position.total;
  const now = performance.now();
  return [progressLine(tally, position, now), summaryLine(tally, position, now, isEarly)];
}
