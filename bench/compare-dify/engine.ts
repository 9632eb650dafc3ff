import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { type ExactNumber, parseExact } from './canonical-json.ts'
import { type Case, fillIn, type Outcome } from './case.ts'
import { wrapNode } from './document.ts'
import { type ToldNode, toNodeOutcome, toOutputs } from './outcome.ts'

/** Dify's engine as a process, with the service as its sandbox. */
export class Engine {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, PromiseWithResolvers<Told>>()
  #asked = 0
  #said = ''

  constructor(interpreter: string, port: number) {
    this.#process = spawn(interpreter, ['-u', path.join(import.meta.dirname, 'engine.py')], {
      env: {
        PATH: process.env.PATH,
        CODE_EXECUTION_ENDPOINT: `http://127.0.0.1:${port}`,
        CODE_EXECUTION_API_KEY: 'any',
        // It goes to this machine only.
        NO_PROXY: '*',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const { stdin, stdout, stderr } = this.#process
    if (!stdin || !stdout || !stderr) throw new Error('The engine has no pipes.')
    // What is written to a process that has died is told by its end.
    stdin.on('error', () => undefined)
    stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk).slice(-4000)
    })
    createInterface({ input: stdout }).on('line', (line) => this.#take(line))
    this.#process.once('error', (error) => this.#fail(error))
    this.#process.once('close', () => this.#fail(new Error(`Dify's engine ended.\n${this.#said}`)))
  }

  async run(given: Case): Promise<Outcome> {
    const id = this.#asked++
    const document = given.kind === 'program' ? wrapNode(given.node) : given.document
    const inputs = fillIn(given.inputsJson, Date.now())
    const answer = Promise.withResolvers<Told>()
    this.#waiting.set(id, answer)
    this.#process.stdin?.write(`{"id":${id},"document":${JSON.stringify(document)},"inputs":${inputs}}\n`)
    const told = await answer.promise
    return given.kind === 'program' ? readProgram(told) : readWorkflow(told)
  }

  #take(line: string): void {
    // The shape that engine.py writes.
    const told = parseExact(line) as Told
    const id = Number(told.id.text)
    this.#waiting.get(id)?.resolve(told)
    this.#waiting.delete(id)
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await ended
  }
}

type Told = Omit<Outcome, 'outputs' | 'nodes'> & {
  id: ExactNumber
  outputs: Record<string, unknown>
  nodes: Record<string, ToldNode & { message: string }>
}

function readProgram({ status, message, nodes }: Told): Outcome {
  const node = nodes.code
  if (!node) return { status, outputs: '{}', branch: '', errorType: '', nodes: {}, message }
  return { ...toNodeOutcome(node), nodes: {}, message: node.message || message }
}

function readWorkflow({ status, message, outputs, nodes }: Told): Outcome {
  const compared = Object.entries(nodes).filter(([, { type }]) => type !== 'start')
  return {
    status,
    outputs: toOutputs(outputs),
    branch: '',
    errorType: '',
    nodes: Object.fromEntries(compared.map(([id, node]) => [id, toNodeOutcome(node)])),
    message,
  }
}
