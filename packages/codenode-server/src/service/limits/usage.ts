import type { Usage as RunUsage } from 'codenode/internal/contract/program'
import type { ClientId, ClientUsage } from '../api/types.ts'

/** There are as many clients as API keys. */
export class Usage {
  readonly #byClient = new Map<ClientId, ClientUsage>()

  count(client: ClientId, { cpuMs, wallMs }: Pick<RunUsage, 'cpuMs' | 'wallMs'>, requestBytes: number): void {
    const before = this.of(client)
    this.#byClient.set(client, {
      runs: before.runs + 1,
      cpuSeconds: before.cpuSeconds + cpuMs / 1000,
      runSeconds: before.runSeconds + wallMs / 1000,
      requestBytes: before.requestBytes + requestBytes,
    })
  }

  of(client: ClientId): ClientUsage {
    return this.#byClient.get(client) ?? { runs: 0, cpuSeconds: 0, runSeconds: 0, requestBytes: 0 }
  }

  get byClient(): Readonly<Record<ClientId, ClientUsage>> {
    return Object.fromEntries(this.#byClient)
  }
}
