import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer's build: one page without inline scripts or styles, so that a strict policy holds in both hosts. */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // Data addresses for small files would need wider rules for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
