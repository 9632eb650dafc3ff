import { warnOnThrow } from '../../service/events/warn-on-throw.ts'

/** Work that nobody waits for: it is done behind what the event loop has to do now, or before, when its result is asked for. */
export class LaterWork {
  #waiting: (() => void)[] = []
  #immediate: NodeJS.Immediate | undefined

  add(work: () => void): void {
    this.#waiting.push(work)
    this.#immediate ??= setImmediate(() => this.finish())
  }

  /** Does at once what waits. */
  finish(): void {
    clearImmediate(this.#immediate)
    this.#immediate = undefined
    const works = this.#waiting
    this.#waiting = []
    for (const work of works) warnOnThrow(work)
  }
}
