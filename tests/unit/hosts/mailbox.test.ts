import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { absenceMs, createMailbox, maxKept } from '../../../src-main/hosts/server/faces/sockets/mailbox.ts';
import type { Socket } from '../../../src-main/hosts/server/faces/sockets/socket.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** `isRead`: what is sent arrives at once; else it never becomes known whether it did. */
function makeSocket(isRead = true) {
  const told: { type: string; at?: number; count?: number }[] = [];
  let close: () => void = () => undefined;
  const socket: Socket = {
    send: (message) => told.push(message as { type: string }),
    fail: () => undefined,
    end: () => undefined,
    onMessage: () => undefined,
    onArrival: (listener) => isRead && listener(),
    onClose: (listener) => {
      close = listener;
    },
  };
  return { socket, told, close: () => close() };
}

const types = (told: readonly { type: string }[]): string[] => told.map(({ type }) => type);

test('tells everybody who is there, and keeps nothing of it', () => {
  const mailbox = createMailbox(() => undefined);
  const [one, two] = [makeSocket(), makeSocket()];
  mailbox.attach(one.socket);
  mailbox.attach(two.socket);
  mailbox.tell({ type: 'a' });
  expect([types(one.told), types(two.told)]).toEqual([['a'], ['a']]);
  one.close();
  mailbox.tell({ type: 'b' });
  const three = makeSocket();
  mailbox.attach(three.socket);
  expect([types(two.told), types(three.told)]).toEqual([['a', 'b'], []]);
});

test('keeps what is told while nobody is there, once, in order, and of progress the last word', () => {
  const mailbox = createMailbox(() => undefined);
  const away = makeSocket();
  mailbox.attach(away.socket);
  away.close();
  for (const at of [1, 2, 3]) mailbox.tell({ type: 'bulk_operation_progress', operation_id: '7', at });
  mailbox.tell({ type: 'bulk_operation_progress', operation_id: '8', at: 4 });
  mailbox.tell({ type: 'bulk_operation_completed', operation_id: '7' });
  const [back, later] = [makeSocket(), makeSocket()];
  mailbox.attach(back.socket);
  expect(back.told.map(({ type, at }) => [type, at])).toEqual([
    ['bulk_operation_progress', 3],
    ['bulk_operation_progress', 4],
    ['bulk_operation_completed', undefined],
  ]);
  mailbox.attach(later.socket);
  expect(later.told).toEqual([]);
});

test('tells again what is not known to have arrived when a connection was lost, until it has', () => {
  const mailbox = createMailbox(() => undefined);
  const [lost, back, later] = [makeSocket(false), makeSocket(), makeSocket()];
  mailbox.attach(lost.socket);
  for (const type of ['a', 'b']) mailbox.tell({ type });
  // Nobody has found out yet that the first one is lost.
  mailbox.attach(back.socket);
  mailbox.tell({ type: 'c' });
  mailbox.attach(later.socket);
  expect([types(lost.told), types(back.told), types(later.told)]).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
    [],
  ]);
});

test('keeps no more than it may, and says how many were dropped', () => {
  const mailbox = createMailbox(() => undefined);
  for (let at = 0; at < maxKept + 5; at += 1) mailbox.tell({ type: 'sessions_updated', at });
  const back = makeSocket();
  mailbox.attach(back.socket);
  expect(back.told.length).toBe(maxKept + 1);
  expect(back.told[0]).toEqual({ type: 'messages_dropped', count: 5 });
  expect(back.told[1]?.at).toBe(5);
});

test('is forgotten when nobody comes back in time', () => {
  const forgotten = vi.fn<() => void>();
  const mailbox = createMailbox(forgotten);
  const first = makeSocket();
  mailbox.attach(first.socket);
  first.close();
  vi.advanceTimersByTime(absenceMs - 1);
  const second = makeSocket();
  mailbox.attach(second.socket);
  vi.advanceTimersByTime(absenceMs);
  expect(forgotten).not.toHaveBeenCalled();
  second.close();
  vi.advanceTimersByTime(absenceMs);
  expect(forgotten).toHaveBeenCalledOnce();
});
