import type { Route } from './http/route.ts';
import { documentRoute } from './openapi.ts';
import { byKey } from './operations/by-key.ts';
import { cancel } from './operations/cancel.ts';
import { downloadRoutes } from './operations/downloads.ts';
import { orderRoutes } from './orders/orders.ts';
import { recordRoutes } from './records/records.ts';
import { sessionRoutes } from './sessions/sessions.ts';
import { ticketRoutes } from './tickets/tickets.ts';
import { videoRoutes } from './videos/videos.ts';

const documented: readonly Route[] = [
  ...ticketRoutes,
  ...sessionRoutes,
  ...videoRoutes,
  ...orderRoutes,
  ...recordRoutes,
  ...downloadRoutes,
  byKey,
  cancel,
];

/** Every address of the APIs. Where two fit a path, the first counts: those without braces come first. */
export const routes: readonly Route[] = [...documented, documentRoute(documented)];
