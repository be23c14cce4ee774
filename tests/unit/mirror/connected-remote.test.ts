import { expect, it } from 'vitest';
import { type ConnectedRemote, connectRemote } from '../../../src-main/mirror/connected-remote.ts';
import type { OpenedRemote } from '../../../src-main/mirror/ports.ts';
import { systemClock, systemTimer } from '../../../src-main/platform/clock.ts';
import { makeDesk } from '../../fakes/desk.ts';
import { failure, hourMs, makeHost } from '../remotes/gated-host.ts';

const desk = makeDesk();

function open(): OpenedRemote {
  const nothing = {
    clock: systemClock,
    timer: systemTimer,
    workspaceId: async () => 'here',
    paused: null,
    onPause: () => undefined,
  };
  const { gate } = makeHost();
  return { ...desk.openRemote({ address: 'http://desk', token: desk.token, ...nothing }), gate };
}

/** A remote whose tickets are known here as they are there. */
function connect(opened: OpenedRemote): ConnectedRemote {
  const remote = connectRemote(
    {
      opened,
      hasKey: true,
      isOffline: false,
      who: { keysSinceAt: null, role: 'viewer' },
      collections: ['tickets'],
    },
    () => undefined,
  );
  remote.align('tickets');
  expect(remote.gate.shut('tickets')).toBeNull();
  return remote;
}

it('a pull that comes to its end while a remote is offline says nothing of what changes there until it is back', () => {
  const remote = connect(open());
  remote.setOffline(true);
  remote.align('tickets');
  remote.setOffline(false);
  expect(remote.gate.shut('tickets')).toMatchObject({ reason: 'pulling' });
  remote.align('tickets');
  expect(remote.gate.shut('tickets')).toBeNull();
});

it('with another key nothing goes on over the connections of the one before, and what changed is fetched first', () => {
  const before = open();
  const remote = connect(before);
  remote.signIn(open(), { keysSinceAt: 7, role: 'agent' });
  expect(remote.gate.shut('tickets')).toMatchObject({ reason: 'pulling' });
  expect(remote.capabilities).toMatchObject({ keysSinceAt: 7, role: 'agent' });
  expect(before.gate.shut()).toMatchObject({ reason: 'offline' });
  before.gate.note(failure(429, hourMs));
  expect(remote.shut()).toBeNull();
});

it.each([
  ['asks for a pause', [failure(429, hourMs)], null],
  ['does not answer', Array(3).fill(failure('connection_refused')), null],
  ['does not take the key', [failure(401)], 'signed_out'],
] as const)(
  'a remote that %s is asked at once where the user wants it and that can help',
  (_what, failures, then) => {
    const opened = open();
    const remote = connect(opened);
    for (const one of failures) opened.gate.note(one);
    expect(remote.shut()).not.toBeNull();
    remote.tryNow();
    expect(remote.shut()?.reason ?? null).toBe(then);
  },
);
