/// <reference types="vite/client" />
import '../../src-renderer/zod-setup.ts';
import type {} from '../../src-renderer/css-properties.d.ts';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';
import { mountConsole } from '../../src-renderer/app/mount.tsx';
import { createFakeBridge } from './fake-bridge.ts';
import { fakeRecovery } from './fake-storage.ts';

/** The address says what the fake console is like: `?tickets=2000&failEvery=40&past&remotes&recovery`. */
const address = new URLSearchParams(location.search);
const failEvery = Number(address.get('failEvery') ?? 0);
const root = document.getElementById('root');
if (root)
  mountConsole(
    root,
    createFakeBridge({
      tickets: Number(address.get('tickets') ?? 2000),
      hasPast: address.has('past'),
      hasRemotes: address.has('remotes'),
      ...(failEvery > 0 ? { failEvery } : {}),
      ...(address.has('recovery') ? { recovery: fakeRecovery(Date.now()) } : {}),
    }),
  );
