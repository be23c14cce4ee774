import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Serves the renderer over the fake console, to look at screens without a server: `vite --config tests/fakes/vite.config.ts`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  server: { host: '127.0.0.1', fs: { allow: ['../..'] } },
});
