import { initial } from './0001-initial.ts';
import { trust } from './0002-trust.ts';

/** Every migration in order; the position plus one is the `user_version` it leads to. Released ones never change. */
export const migrations: readonly string[] = [initial, trust];
