import { homedir } from 'node:os';
import { join } from 'node:path';

/** The workspace that is opened when none is named: in the folder where this system keeps an application's data. */
export function defaultWorkspace(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home = homedir(),
): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Bulkhead', 'workspace');
  if (platform === 'win32')
    return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Bulkhead', 'workspace');
  // The XDG specification says that a relative path is to be ignored.
  const data = env['XDG_DATA_HOME']?.startsWith('/') ? env['XDG_DATA_HOME'] : join(home, '.local', 'share');
  return join(data, 'bulkhead', 'workspace');
}
