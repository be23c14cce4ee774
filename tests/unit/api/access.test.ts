import { expect, test } from 'vitest';
import { mayAsk } from '../../../src-shared/contract/access.ts';
import { type RequestName, requests } from '../../../src-shared/contract/index.ts';
import type { Role } from '../../../src-shared/domain/user.ts';

const names = Object.keys(requests) as RequestName[];
const askedBy = (role: Role): RequestName[] => names.filter((name) => mayAsk(role, name));

/** Whatever decides for everybody, or reaches beyond the workspace. */
const isForAdmins = (name: RequestName): boolean =>
  /^(users|remotes|conflicts|backups|workspace|retention|sample)\./.test(name) ||
  /^(templates|schedules)\.(save|delete|plan)$/.test(name) ||
  /^(app\.copy|settings\.update|history\.(verify|report|workspace))$/.test(name);

const changesNothing = (name: RequestName): boolean =>
  name.startsWith('records.') ||
  /\.(info|get|by_key|list|count|items|journal|statistics|preview)$/.test(name);

test('whoever looks after the console may ask for all of it', () => {
  expect(askedBy('admin')).toEqual(names);
});

test('an agent may ask for all but what decides for everybody', () => {
  expect(askedBy('agent')).toEqual(names.filter((name) => !isForAdmins(name)));
});

test('a viewer may ask for what changes nothing, and is for no admin', () => {
  expect(askedBy('viewer')).toEqual(names.filter((name) => changesNothing(name) && !isForAdmins(name)));
});
