#!/usr/bin/env node
// `codenode serve`, by the name of this package: `npx codenode-server --port 8080`.
process.argv.splice(2, 0, 'serve')
await import('codenode/bin')
