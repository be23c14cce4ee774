import { type Bridge, openReply } from '../../src-renderer/bridge/bridge.ts';
import { Settings } from '../../src-shared/contract/app.ts';
import { BulkheadError } from '../../src-shared/contract/errors.ts';
import { requests } from '../../src-shared/contract/index.ts';
import { fakeHistoryAnswers } from './fake-history.ts';
import { fakeOperationAnswers } from './fake-operations.ts';
import { addPast } from './fake-past.ts';
import { fakeRecordAnswers } from './fake-records.ts';
import { fakeRemoteAnswers } from './fake-remotes.ts';
import { fakeStorageAnswers } from './fake-storage.ts';
import { fakeUserAnswers } from './fake-users.ts';
import { type Answers, createFakeWorld, type FakeOptions } from './fake-world.ts';

export type { FakeOptions } from './fake-world.ts';

/** A bridge to a small console in memory, close enough to draw screens and test components with. */
export function createFakeBridge(options: FakeOptions = {}): Bridge {
  const world = createFakeWorld(options);
  if (options.hasPast) addPast(world);
  const all: Answers = {
    ...fakeAppAnswers(),
    ...fakeRecordAnswers(world),
    ...fakeOperationAnswers(world),
    ...fakeHistoryAnswers(world),
    ...fakeStorageAnswers(world),
    ...fakeRemoteAnswers(world),
    ...fakeUserAnswers(world),
    ...options.answers,
  };

  return {
    request: async (name, input) => {
      const answer = all[name] as ((input: unknown) => unknown) | undefined;
      if (!answer) throw new BulkheadError('unknown_request', `The fake console has no answer to ${name}.`);
      await new Promise((resolve) => setTimeout(resolve, 4));
      const value = await answer(requests[name].input.parse(input));
      return openReply(name, { ok: true, value: structuredClone(value) });
    },
    subscribe: world.events.add,
    chooseFile: async () => null,
    copy: async () => undefined,
    onConnection: (listener) => {
      listener('connected');
      return () => undefined;
    },
  };
}

function fakeAppAnswers(): Answers {
  let settings = Settings.parse({});
  return {
    'app.info': () => ({
      version: '0.0.0',
      host: 'browser',
      workspace: { name: 'Support', path: '/home/mina/Support' },
      actor: 'mina',
    }),
    'settings.get': () => settings,
    'settings.update': (change) => {
      settings = Settings.parse({ ...settings, ...change });
      return settings;
    },
    'files.choose_target': ({ suggestedName }) => ({ handle: 'target-0001', label: suggestedName }),
  };
}
