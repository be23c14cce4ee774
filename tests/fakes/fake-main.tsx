/// <reference types="vite/client" />
import '../../src-renderer/zod-setup.ts';
import type {} from '../../src-renderer/css-properties.d.ts';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';
import { mountConsole } from '../../src-renderer/app/mount.tsx';
import { createFakeBridge } from './fake-bridge.ts';

const options = new URLSearchParams(location.search);
const root = document.getElementById('root');
if (root) mountConsole(root, createFakeBridge({ tickets: Number(options.get('tickets') ?? 2000) }));
