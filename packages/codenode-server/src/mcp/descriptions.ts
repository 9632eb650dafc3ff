import type { ServerLimits } from 'codenode/internal/contract/limits'
import { nodeTypes } from 'codenode/internal/contract/node-types'

// Models read these texts to decide what to call and how; each sentence tells something that they cannot guess.

export const instructions = `Runs Python, JavaScript and TypeScript in a sandbox, each run in a fresh process of its own: \
nothing is kept between two runs. run_code runs a function main; list_packages tells what it can import.`

const rules = (limits: ServerLimits) => `The code has no network, cannot start processes and cannot write files: \
pass data in through inputs and return what is wanted. Packages cannot be installed; list_packages names those that are there.
Limits: ${limits.wallMs} ms of wall time, ${limits.memoryMb} MiB of memory, code ${bytes(limits.codeBytes)}, \
inputs ${bytes(limits.inputBytes)}, result ${bytes(limits.resultBytes)} of JSON with at most ${limits.maxDepth} levels of objects; \
a text in the result has at most ${limits.maxStringLength} characters.`

export function describeRunCode(limits: ServerLimits): string {
  return `Runs code that defines a function main and answers with what main returns, which must be an object (a dict in Python).

python: main has one parameter for each input, with its name, or **kwargs.
  def main(a, b):
      return {"sum": a + b}
javascript, typescript: main gets one object with all inputs; it may be async.
  function main({ a, b }) {
    return { sum: a + b }
  }
With inputs {"a": 1, "b": 2} both give {"sum": 3}. What the code prints becomes the logs.

${rules(limits)}

When the code fails, the answer names the error, the line and what to do; correct the code and call again.`
}

export function describeRunNode(limits: ServerLimits): string {
  return `Runs a Code node with all its settings: typed outputs, retries, error strategy, limits of its own. \
For a plain program use run_code. The variables of the node name the inputs of main; outputs declare what it must return.

${rules(limits)}`
}

export function describeRunWorkflow(limits: ServerLimits): string {
  return `Runs a workflow as Dify exports it and answers with the outputs of its end nodes. Nodes of these types are run: \
${nodeTypes.join(', ')}; others need stand_ins, which give their outputs instead. The code of its Code nodes is run as that of run_node.

${rules(limits)}`
}

export const listPackagesDescription = `Lists the packages that code can import, with their versions. The standard library \
of Python and the modules of Node.js are there as well.`

function bytes(count: number): string {
  return count % 2 ** 20 === 0 ? `${count / 2 ** 20} MiB` : `${count} bytes`
}
