import type { Programs } from '../contenders/codenode.ts'

/** Every run has an input of its own, so that an answer that belongs to another is noticed. */
export const squaring: Programs = {
  name: 'square',
  code: {
    python: 'def main(index: int) -> dict:\n    return {"square": index * index}\n',
    javascript: 'function main({ index }) {\n  return { square: index * index }\n}\n',
  },
  inputs: { index: 0 },
  outputs: { square: { type: 'number' } },
}
