import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

/** What the window may load and where from. Sent as a header, because `frame-ancestors` does nothing in a meta tag. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** On everything that either host serves to the window. */
export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

export interface BundleFile {
  readonly type: string;
  readonly body: Buffer<ArrayBuffer>;
}

/** The files of the window by URL path. A path that is not a key does not exist, whatever its spelling. */
export type Bundle = ReadonlyMap<string, BundleFile>;

/** Reads every file of the built window into memory once, so that no request ever names a path on disk. Throws when it was not built. */
export function readBundle(folder: string): Bundle {
  const bundle = new Map<string, BundleFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    bundle.set(`/${relative(folder, path).split(sep).join('/')}`, {
      type,
      body: Buffer.from(readFileSync(path)),
    });
  }
  const index = bundle.get('/index.html');
  if (!index)
    throw new Error(
      `The window was not built: ${join(folder, 'index.html')} is missing. Run "npm run build".`,
    );
  bundle.set('/', index);
  return bundle;
}
