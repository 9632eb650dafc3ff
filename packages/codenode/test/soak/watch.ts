import type { RunRecord } from '../../src/contract/record.ts'
import { eventually } from '../support/sandbox.ts'
import type { Door } from './doors.ts'
import { patientMs } from './options.ts'
import type { SoakRun } from './programs.ts'

export type Tally = { honest: number; hostile: number; lost: number; kills: number; wrong: string[] }

/** As many faults are told when they are seen. */
const mostTold = 50

/** Runs programs through one door and judges each end; kills zygotes and knows which runs that excuses. */
export class WatchedDoor {
  readonly door: Door
  readonly tally: Tally
  /** From a kill until the host has noticed it; runs of that time may be lost. `Infinity`: not noticed yet. */
  #lossBegan = Number.NEGATIVE_INFINITY
  #lossEnded = Number.NEGATIVE_INFINITY
  #nextVictim = 0

  constructor(door: Door, tally: Tally) {
    this.door = door
    this.tally = tally
  }

  async run(asked: SoakRun): Promise<void> {
    const began = performance.now()
    const record = await this.door.run(asked).catch((error: unknown) => new Error(`threw ${String(error)}`))
    if (record instanceof Error) this.#say(asked, record.message)
    else if (record !== 'abandoned' && this.#isExcused(record, began)) this.tally.lost++
    else if (record !== 'abandoned') {
      const fault = asked.findFault(record)
      if (fault !== null) this.#say(asked, fault)
    }
    this.tally[asked.kind]++
  }

  /** Kills an interpreter that runs are forked from, and waits until the host has started it anew. */
  async killZygote(): Promise<void> {
    const zygotes = this.door.zygotes()
    const victim = zygotes[this.#nextVictim++ % zygotes.length]
    if (victim === undefined) return
    const before = await this.door.lost()
    this.#lossBegan = performance.now()
    this.#lossEnded = Number.POSITIVE_INFINITY
    process.kill(victim, 'SIGKILL')
    this.tally.kills++
    await eventually('the loss of a zygote is noticed', async () => (await this.door.lost()) > before, patientMs)
    this.#lossEnded = performance.now()
  }

  #isExcused({ error }: RunRecord, began: number): boolean {
    return error?.code === 'sandbox_lost' && began <= this.#lossEnded && performance.now() >= this.#lossBegan
  }

  #say({ name }: SoakRun, fault: string): void {
    const wrong = `${this.door.name}, ${name}: ${fault}`
    this.tally.wrong.push(wrong)
    if (this.tally.wrong.length <= mostTold) process.stderr.write(`wrong: ${wrong}\n`)
  }
}
