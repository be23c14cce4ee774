import { protocol, type Session } from 'electron';
import { type Bundle, securityHeaders } from '../bundle.ts';

const scheme = 'bulkhead';
/** The one origin that the window has and that requests are taken from. */
export const appOrigin = `${scheme}://app`;
export const startUrl = `${appOrigin}/`;

/** Makes the scheme a proper, secure origin; before the app is ready. It stays subject to the page's policy. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true } as const;
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);
}

/** Serves the window's files to a session. */
export function serveBundle(session: Session, bundle: Bundle): void {
  session.protocol.handle(scheme, (request) => answer(request, bundle));
}

function answer(request: { readonly url: string; readonly method: string }, bundle: Bundle): Response {
  const [path = ''] = request.url.startsWith(startUrl)
    ? request.url.slice(appOrigin.length).split(/[?#]/)
    : [];
  const file = bundle.get(path);
  if (!file || (request.method !== 'GET' && request.method !== 'HEAD')) {
    return new Response(null, { status: 404, headers: securityHeaders });
  }
  return new Response(file.body, { status: 200, headers: { ...securityHeaders, 'content-type': file.type } });
}
