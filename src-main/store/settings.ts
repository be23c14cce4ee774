import { Settings } from '../../src-shared/contract/app.ts';
import type { RequestInput } from '../../src-shared/contract/index.ts';
import type { Store } from './store.ts';

export async function readSettings(store: Pick<Store, 'read'>): Promise<Settings> {
  return settingsOf(await store.read('readSettings'));
}

/** Changes those that are named; answers all, as they stand right after. */
export async function writeSettings(
  store: Pick<Store, 'write'>,
  settings: RequestInput<'settings.update'>,
): Promise<Settings> {
  return settingsOf(await store.write('writeSettings', { settings }));
}

/** Stored settings; one that an older or newer version left unreadable is at its default. */
function settingsOf(stored: Readonly<Record<string, unknown>>): Settings {
  const valid = Object.entries(Settings.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(stored[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Settings.parse(Object.fromEntries(valid));
}
