/** What is going on, on stderr: one line that is written over on a terminal, a new line at most every five seconds else. */
export class Progress {
  readonly #out = process.stderr
  #lastMs = Number.NEGATIVE_INFINITY

  say(text: string): void {
    if (this.#out.isTTY) this.#out.write(`\r\u001B[2K${text}`)
    else if (performance.now() - this.#lastMs >= 5000) {
      this.#lastMs = performance.now()
      this.#out.write(`${text}\n`)
    }
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#out.isTTY) this.#out.write('\r\u001B[2K')
  }
}
