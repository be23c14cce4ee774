import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Latest change in ms below the paths; folders count too, because deleting a file only shows there. */
function latestChangeMs(paths) {
  let latest = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const stats = statSync(path);
    latest = Math.max(latest, stats.mtimeMs);
    if (stats.isDirectory())
      latest = Math.max(latest, latestChangeMs(readdirSync(path).map((name) => join(path, name))));
  }
  return latest;
}

/** True when the stamp of the last build is younger than every source. */
export function isFresh(stamp, sources) {
  return existsSync(stamp) && statSync(stamp).mtimeMs > latestChangeMs(sources);
}
