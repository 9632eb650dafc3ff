import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npm run dev -w packages/web` shows changes at once, against a service on the usual port. */
const service = 'http://127.0.0.1:8194'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Files are found from where the page and the modules are, so that a service can be mounted below any prefix.
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The editor and the canvas are pages of their own size, loaded when they are needed.
    chunkSizeWarningLimit: 700,
    // The service's content policy forbids inline scripts and data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Of all that is bundled.
    license: { fileName: 'LICENSES.md' },
  },
  server: { proxy: { '/v1': service, '/health': service, '/openapi.json': service, '/docs': service } },
})
