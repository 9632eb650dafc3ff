import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { scopeTheme } from './scope-theme.ts'

const themeFile = path.resolve(import.meta.dirname, 'src/theme/theme.css')
const here = import.meta.dirname

/** The panel for other products: one module and one style sheet, React left to the page; formatters load when they are used. */
export default defineConfig({
  root: here,
  plugins: [react(), scopedTheme()],
  define: { 'process.env.NODE_ENV': '"production"' },
  publicDir: false,
  // The formatters are files beside the module, found from where that is.
  base: './',
  build: {
    outDir: 'dist-embed',
    emptyOutDir: true,
    target: 'es2022',
    // These know light-dark() and popovers; for older ones the styles would grow, and the panel would not work.
    cssTarget: ['chrome123', 'firefox125', 'safari17.5'],
    lib: { entry: 'src/embed/index.ts', formats: ['es'], fileName: 'codenode-panel', cssFileName: 'codenode-panel' },
    // Of all that is bundled.
    license: { fileName: 'LICENSES.md' },
    rolldownOptions: { external: [/^react($|\/)/, /^react-dom($|\/)/] },
  },
})

/** The embedded panel brings the theme's variables for itself alone. */
export function scopedTheme(): Plugin {
  return {
    name: 'scoped-theme',
    enforce: 'pre',
    transform: {
      filter: { id: /embed\/styles\.css$/ },
      async handler() {
        this.addWatchFile(themeFile)
        const { readFile } = await import('node:fs/promises')
        return scopeTheme(await readFile(themeFile, 'utf8'))
      },
    },
  }
}
