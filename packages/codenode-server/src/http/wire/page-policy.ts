/**
 * The content policy of pages that the service itself serves: they load nothing from elsewhere and run no script but files of
 * their own. Styles may stand in the page: the reference sets style attributes, and the editor's code field writes its
 * style sheet into it.
 */
export const pagePolicy = policyWith("script-src 'self'")

/** The editor's: the formatter of Python is WebAssembly, from a file of its own as well. This allows no `eval` of scripts. */
export const editorPolicy = policyWith("script-src 'self' 'wasm-unsafe-eval'")

function policyWith(scripts: string): string {
  return [
    "default-src 'none'",
    scripts,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
