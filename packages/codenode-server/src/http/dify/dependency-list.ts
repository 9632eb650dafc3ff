import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import * as z from 'zod'
import type { SandboxLanguage } from './run-request.ts'

const dependencySchema = z.object({ name: z.string(), version: z.string() })

export const dependenciesSchema = z.object({ dependencies: z.array(dependencySchema) })

export type Dependency = z.infer<typeof dependencySchema>

/** The packages that programs can import. Reading them from the disk takes a while, so they are kept until `read`. */
export class DependencyList {
  readonly #sandbox: Pick<RunningSandbox, 'packages'>
  #known: Record<SandboxLanguage, Dependency[]> | undefined

  constructor(sandbox: Pick<RunningSandbox, 'packages'>) {
    this.#sandbox = sandbox
  }

  get(language: SandboxLanguage): Dependency[] {
    return (this.#known ?? this.read())[language]
  }

  read(): Record<SandboxLanguage, Dependency[]> {
    const { python, javascript } = this.#sandbox.packages()
    const toDependencies = (packages: typeof python) => packages.map(({ name, version }) => ({ name, version }))
    this.#known = { python3: toDependencies(python), nodejs: toDependencies(javascript) }
    return this.#known
  }
}
