/** How often is looked whether this thread is held up, while somebody waits for anything. */
const lookMs = 50
/** So much later than asked for is what an ordinary busy moment makes of a timer. */
const toleranceMs = 100

/** The time in which no timer of this thread could run, because one piece of work held it up. */
class HeldUp {
  #totalMs = 0
  #lastMs = 0
  #users = 0
  #timer: NodeJS.Timeout | undefined

  begin(): void {
    this.#users++
    if (this.#timer) return
    this.#lastMs = performance.now()
    this.#timer = setInterval(() => this.#look(), lookMs).unref()
  }

  end(): void {
    this.#users--
  }

  get totalMs(): number {
    this.#measure()
    return this.#totalMs
  }

  #look(): void {
    this.#measure()
    if (this.#users > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #measure(): void {
    const now = performance.now()
    const lateMs = now - this.#lastMs - lookMs
    if (lateMs > toleranceMs) this.#totalMs += lateMs
    // Between two looks it stays as it was, so that time is not counted in pieces that are all too small.
    if (lateMs > toleranceMs || now - this.#lastMs >= lookMs) this.#lastMs = now
  }
}

const heldUp = new HeldUp()

/**
 * Calls `act` when `ms` have passed in which this thread was there to listen: the time in which it was held up is ours and
 * is waited for once more, and what has arrived by the end is read first. So nobody is blamed for what we did not hear in
 * time. It keeps no process alive. `onExtended` is told by how much the end has moved. Gives the function that ends the wait.
 */
export function afterFairly(ms: number, act: () => void, onExtended?: (byMs: number) => void): () => void {
  heldUp.begin()
  const before = heldUp.totalMs
  let grantedMs = 0
  let immediate: NodeJS.Immediate | undefined
  let timer = setTimeout(check, ms).unref()
  let isOver = false
  function check(): void {
    const owedMs = heldUp.totalMs - before - grantedMs
    if (owedMs >= 1) {
      grantedMs += owedMs
      onExtended?.(owedMs)
      timer = setTimeout(check, owedMs).unref()
      return
    }
    // Sockets are read between the timers of a turn and this.
    immediate = setImmediate(() => {
      cancel()
      act()
    })
  }
  function cancel(): void {
    if (isOver) return
    isOver = true
    heldUp.end()
    clearTimeout(timer)
    clearImmediate(immediate)
  }
  return cancel
}
