import { basename } from 'node:path';
import type { appRequests } from '../../src-shared/contract/app.ts';
import type { ConsoleEvent } from '../../src-shared/contract/index.ts';
import type { Host } from '../host.ts';
import { readSettings, writeSettings } from '../store/settings.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';

export interface About {
  readonly version: string;
  readonly host: Pick<Host, 'kind' | 'copy'>;
  readonly workspace: string;
}

export const appApi = (
  about: About,
  store: Store,
  emit: (event: ConsoleEvent) => void,
): ApiOf<typeof appRequests> => ({
  'app.info': async (_input, { actor }) => ({
    version: about.version,
    host: about.host.kind,
    workspace: { name: basename(about.workspace), path: about.workspace },
    actor,
  }),
  'app.copy': async ({ text }) => {
    await about.host.copy(text);
    return {};
  },
  'settings.get': () => readSettings(store),
  'settings.update': async (change) => {
    const settings = await writeSettings(store, change);
    emit({ name: 'settings.changed', payload: settings });
    return settings;
  },
});
