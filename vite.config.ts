import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Below the Chromium of every Electron that is supported. */
const chrome = 130;

/** The renderer's build: one page without inline scripts or styles, so that a strict policy holds in both hosts. */
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react()],
  // Knows `composes … from` by itself, where Vite's other way of reading CSS modules warns of it.
  css: {
    transformer: 'lightningcss',
    // One file asks for the width of what another one names.
    lightningcss: { targets: { chrome: chrome << 16 }, cssModules: { container: false } },
  },
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: `chrome${chrome}`,
    // Data addresses for small files would need wider rules for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // It comes from this computer: what counts is that it does not grow unnoticed.
    chunkSizeWarningLimit: 640,
  },
});
