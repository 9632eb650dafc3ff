/** Starts a sandbox with every layer, runs an honest program in each language and prints the level. */
import { openSandbox, runHonestly } from './sandbox.ts'

await using sandbox = await openSandbox({ packages: 'installed', spares: 0 })
await runHonestly(sandbox, 'python')
await runHonestly(sandbox, 'javascript')
process.stdout.write(sandbox.isolation.level)
