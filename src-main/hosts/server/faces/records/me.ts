import { z } from 'zod';
import { CollectionName, collectionNames } from '../../../../../src-shared/collections/index.ts';
import { roles } from '../../../../../src-shared/domain/user.ts';
import { ask } from '../http/context.ts';
import { route } from '../http/route.ts';

const Me = z.strictObject({
  name: z.string(),
  user: z.string(),
  role: z.enum(roles),
  workspace: z.string(),
  collections: z.array(z.strictObject({ collection: CollectionName, records: z.int().min(0) })),
});

/** The first request of a client that keeps copies: whose the token is, of which workspace, and what can be copied. */
export const me = route({
  method: 'GET',
  path: '/api/v1/me',
  summary: 'Whose token this is, for which workspace, and how many records each collection has.',
  role: 'viewer',
  status: 200,
  answer: Me,
  respond: async ({ caller }, context) => {
    const filter = { conditions: [], text: '' };
    const counted = collectionNames.map(async (collection) => {
      const { count } = await ask(context, caller, 'records.count', { collection, filter });
      return { collection, records: count };
    });
    const collections = await Promise.all(counted);
    const { actor, role } = caller;
    const workspace = await context.console.workspaceId();
    return { body: { name: 'Bulkhead', user: actor, role, workspace, collections } };
  },
});
