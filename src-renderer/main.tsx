import './zod-setup.ts';
import './styles/tokens.css';
import './styles/base.css';
import { mountConsole } from './app/mount.tsx';
import { createElectronBridge } from './bridge/electron-bridge.ts';
import { createHttpBridge } from './bridge/http-bridge.ts';

const root = document.getElementById('root');
if (root) mountConsole(root, window.bulkhead ? createElectronBridge(window.bulkhead) : createHttpBridge());
