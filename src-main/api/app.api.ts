import { basename } from 'node:path';
import { type AppInfo, type appRequests, Settings } from '../../src-shared/contract/app.ts';
import type { Store } from '../store/store.ts';
import type { ApiOf } from './api.ts';

export interface About {
  readonly version: string;
  readonly host: AppInfo['host'];
  readonly workspace: string;
  readonly actor: string;
}

export const appApi = (about: About, store: Store): ApiOf<typeof appRequests> => ({
  'app.info': async () => ({
    version: about.version,
    host: about.host,
    workspace: { name: basename(about.workspace), path: about.workspace },
    actor: about.actor,
  }),
  'settings.get': () => readSettings(store),
  'settings.update': async (change) => {
    await store.write('writeSettings', { settings: change });
    return readSettings(store);
  },
});

/** Stored settings; one that an older or newer version left unreadable is at its default. */
async function readSettings(store: Store): Promise<Settings> {
  const stored = await store.read('readSettings');
  const valid = Object.entries(Settings.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(stored[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Settings.parse(Object.fromEntries(valid));
}
