import { createHash } from 'node:crypto';
import { BulkheadError } from '../../../../../src-shared/contract/errors.ts';
import type { PlanRequest } from '../../../../../src-shared/contract/operations.ts';
import { itemStates } from '../../../../../src-shared/domain/item.ts';
import { countsOf, isFinal, type Operation } from '../../../../../src-shared/domain/operation.ts';
import type { Selection } from '../../../../../src-shared/domain/selection.ts';
import { ApiError } from '../http/api-error.ts';
import { type ApiContext, ask } from '../http/context.ts';
import { type LineWriter, openLines } from '../http/line-writer.ts';
import { type Call, type Route, route } from '../http/route.ts';
import { startBulk } from '../operations/bulk.ts';
import { findOperation } from '../operations/operations.ts';
import { readCursor, type StreamPosition } from './cursor.ts';
import * as schemas from './schemas.ts';
import {
  endLines,
  errorsLeft,
  isFull,
  metadataLine,
  newStreamState,
  type StreamRequest,
  type StreamState,
  tellOperation,
} from './stream.ts';

type OrdersCall = Call<null, schemas.ProcessRequest>;

const actions = { 'status-update': 'status_update', archive: 'archive', delete: 'delete' } as const;
const defaultBatchSize = 100;

const process = route({
  method: 'POST',
  path: '/v1/orders/bulk-process',
  summary: 'Changes orders and reports each one as it is done, one JSON object per line.',
  role: 'agent',
  headers: {
    Accept: 'application/x-ndjson.',
    'Idempotency-Key': 'The same key with the same body reports the same operation.',
  },
  status: 200,
  refusals: [406, 409, 410],
  body: schemas.ProcessRequest,
  answer: 'application/x-ndjson',
  respond: async (call, context) => {
    assertAccepts(call);
    const { body, caller } = call;
    const request: StreamRequest = {
      operation: body.operation,
      batchSize: body.options?.batchSize ?? defaultBatchSize,
      maxErrors: body.options?.continueOnError === false ? 1 : (body.options?.maxErrors ?? null),
    };
    const resumed = body.resumeFrom === undefined ? null : readCursor(body.resumeFrom);
    const operation = resumed
      ? assertSame(await findOperation(context, caller, String(resumed.operationId), 'orders'), resumed, body)
      : await startOrders(context, call, selectionOf(body), request.maxErrors);
    const state = newStreamState(resumed ?? beginning(operation, body));
    const lines = openLines(call.response, { 'x-operation-id': String(operation.id) });
    await lines.write([metadataLine(request, state.position, resumed !== null)]);
    await tellAll(context, call, request, state, lines, resumed !== null && isFinal(operation.state));
    if (state.isCut || isFull(state, request)) await stop(context, caller, state.position.operationId);
    await lines.write(endLines(state));
    lines.end();
    return null;
  },
});

/**
 * Reports the operation that a stream has come to; for an old one (`isOld`) also the operations that do what it did not
 * start.
 */
async function tellAll(
  context: ApiContext,
  call: OrdersCall,
  request: StreamRequest,
  state: StreamState,
  lines: LineWriter,
  isOld: boolean,
): Promise<void> {
  for (let mayGoOn = isOld; ; ) {
    await tellOperation(context, call.caller, request, state, lines);
    if (!mayGoOn || !state.isCut || isFull(state, request) || lines.signal.aborted) return;
    const next = await goOn(context, call, state.position, errorsLeft(state, request)).catch(nullIfRefused);
    if (!next) return;
    mayGoOn = next.isOld;
    const { before, seq } = state.position;
    state.position = { ...state.position, operationId: next.id, seq: 0, before: before + seq };
    state.isCut = false;
  }
}

/** A refusal cannot be answered any more once lines were sent: the stream ends early, with a cursor to ask again from. */
function nullIfRefused(error: unknown): null {
  if (error instanceof ApiError || (error instanceof BulkheadError && error.code !== 'internal')) return null;
  throw error;
}

/** What was not started when the stream stopped is not started any more, once the stream has said so. */
async function stop(context: ApiContext, caller: OrdersCall['caller'], id: number): Promise<void> {
  try {
    await ask(context, caller, 'operations.cancel', { id });
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof BulkheadError) || error.code !== 'wrong_state') throw error;
  }
  await context.watch.ended(caller, id);
}

function assertAccepts({ request }: OrdersCall): void {
  const accept = request.headers.accept ?? '*/*';
  if (/application\/x-ndjson|\*\/\*|application\/\*/i.test(accept)) return;
  throw new ApiError(
    406,
    'invalid_request',
    'This address answers with application/x-ndjson. Nothing was changed.',
  );
}

/** Throws 422 for a cursor of a stream that did something else, and 410 where nothing more can be told from it. */
function assertSame(
  operation: Operation,
  { status }: StreamPosition,
  { operation: asked, updates }: schemas.ProcessRequest,
): Operation {
  if (operation.isCleaned)
    throw new ApiError(
      410,
      'cursor_expired',
      'What this stream did to each order is not kept any more. Look at the orders, and begin again without a cursor.',
    );
  if (operation.action === actions[asked] && status === updates?.status) return operation;
  throw new ApiError(
    422,
    'invalid_request',
    `resumeFrom is a cursor of another operation than ${asked}${updates ? ` to ${updates.status}` : ''}. Nothing was changed.`,
  );
}

function beginning(operation: Operation, { updates }: schemas.ProcessRequest): StreamPosition {
  return {
    operationId: operation.id,
    seq: 0,
    before: 0,
    errors: 0,
    total: countsOf(operation.tallies).total,
    ...(updates && { status: updates.status }),
  };
}

/** Starts what a request asks for on these orders. What fails while it runs counts too: one failure more than the rule allows stops it. */
function startOrders(
  context: ApiContext,
  call: Pick<OrdersCall, 'caller' | 'idempotency' | 'body'>,
  selection: Selection,
  maxErrors: number | null,
): Promise<Operation> {
  const { operation, updates } = call.body;
  const request: PlanRequest = {
    action: actions[operation],
    collection: 'orders',
    selection,
    input: updates ?? {},
    ...(maxErrors !== null && { maxErrors }),
  };
  const plan = () => ask(context, call.caller, 'operations.plan', request);
  const options = maxErrors === null ? {} : { maxErrors: maxErrors - 1 };
  return startBulk(context, call, 'orders.process', plan, options);
}

function selectionOf({ filters = {}, recordIds }: schemas.ProcessRequest): Selection {
  if (recordIds) return { mode: 'ids', ids: recordIds.map(Number) };
  const conditions = Object.entries(filters).map(([field, value = []]) => ({
    op: 'in' as const,
    field,
    values: Array.isArray(value) ? [...value] : [value],
    not: false,
  }));
  return { mode: 'filter', filter: { conditions, text: '', deleted: false }, except: [] };
}

/**
 * The operation that does what the one at a position did not start: started now, or by an earlier resumption from there
 * (`isOld`), so that no record is done twice.
 */
async function goOn(
  context: ApiContext,
  { caller, body }: OrdersCall,
  { operationId, seq }: StreamPosition,
  maxErrors: number | null,
): Promise<{ id: number; isOld: boolean }> {
  const key = `orders-stream:${operationId}:${seq}`;
  const { found } = await ask(context, caller, 'operations.by_key', { key });
  const idempotency = { key, digest: createHash('sha256').update(key).digest('hex') };
  const rest: Selection = { mode: 'items', operationId, states: [...itemStates], after: seq };
  const { id, state } = await startOrders(context, { caller, idempotency, body }, rest, maxErrors);
  return { id, isOld: found !== null && isFinal(state) };
}

export const orderRoutes: readonly Route[] = [process];
