/**
 * The content policy of pages that the service itself serves: they load nothing from elsewhere and run no script but files of
 * their own. Styles may stand in the page: the reference sets style attributes, and the editor's code field writes its
 * style sheet into it.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
