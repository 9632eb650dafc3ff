// What the package's own entries call; they also name the WebAssembly file in a way that puts it into the script as text.
declare module '@wasm-fmt/ruff_fmt/ruff_fmt_bg.js' {
  export { format } from '@wasm-fmt/ruff_fmt'
  export function __wbg_set_wasm(program: WebAssembly.Exports): void
}
