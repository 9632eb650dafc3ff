import { type CodeLanguage, isObject, type OutputSpecs, type OutputType } from 'codenode/contract'

/** An input by its name and, where it is known, its type as Dify names it. */
export type NamedInput = { readonly name: string; readonly type?: string | undefined }

/** What the stub of a new node is made for. */
export const newStub = {
  inputs: [{ name: 'text', type: 'string' }],
  outputs: { result: { type: 'string', children: null } },
} as const satisfies { inputs: readonly NamedInput[]; outputs: OutputSpecs }

/** The smallest `main` that runs: it takes the inputs and returns every output. */
export function buildStub(language: CodeLanguage, inputs: readonly NamedInput[], outputs: OutputSpecs): string {
  return language === 'python3' ? pythonStub(inputs, outputs) : scriptStub(language, inputs, outputs)
}

/** Python's hint for a type; null: none that says more than nothing. */
export function pythonHint(type: string | undefined): string | null {
  return pythonHints[type ?? ''] ?? null
}

/** TypeScript's type. */
export function scriptType(type: string | undefined): string {
  return scriptTypes[type ?? ''] ?? 'any'
}

const pythonHints: Readonly<Record<string, string>> = {
  string: 'str',
  secret: 'str',
  number: 'float',
  boolean: 'bool',
  object: 'dict',
  file: 'dict',
  'array[string]': 'list[str]',
  'array[number]': 'list[float]',
  'array[boolean]': 'list[bool]',
  'array[object]': 'list[dict]',
  'array[file]': 'list[dict]',
  array: 'list',
  'array[any]': 'list',
}

const scriptTypes: Readonly<Record<string, string>> = {
  string: 'string',
  secret: 'string',
  number: 'number',
  boolean: 'boolean',
  object: 'Record<string, any>',
  file: 'Record<string, any>',
  'array[string]': 'string[]',
  'array[number]': 'number[]',
  'array[boolean]': 'boolean[]',
  'array[object]': 'Record<string, any>[]',
  'array[file]': 'Record<string, any>[]',
  array: 'any[]',
  'array[any]': 'any[]',
}

/** The parameters of `main` as they are written between its parentheses. */
export function writeParameters(language: CodeLanguage, inputs: readonly NamedInput[]): string {
  if (language === 'python3') {
    return inputs.map(({ name, type }) => (pythonHint(type) ? `${name}: ${pythonHint(type)}` : name)).join(', ')
  }
  if (inputs.length === 0) return ''
  const names = `{ ${inputs.map(({ name }) => name).join(', ')} }`
  if (language === 'javascript') return names
  return `${names}: { ${inputs.map(({ name, type }) => `${name}: ${scriptType(type)}`).join('; ')} }`
}

function pythonStub(inputs: readonly NamedInput[], outputs: OutputSpecs): string {
  const members = Object.entries(outputs).map(([key, { type }]) => {
    return `        ${JSON.stringify(key)}: ${firstOf(inputs, type) ?? pythonEmpty[type]},\n`
  })
  const returned = members.length > 0 ? `{\n${members.join('')}    }` : '{}'
  return `def main(${writeParameters('python3', inputs)}) -> dict:\n    return ${returned}\n`
}

function scriptStub(language: 'javascript' | 'typescript', inputs: readonly NamedInput[], outputs: OutputSpecs) {
  const members = Object.entries(outputs).map(([key, { type }]) => {
    const value = firstOf(inputs, type) ?? scriptEmpty[type]
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
    return `    ${name}: ${value},\n`
  })
  const returned = members.length > 0 ? `{\n${members.join('')}  }` : '{}'
  return `function main(${writeParameters(language, inputs)}) {\n  return ${returned}\n}\n`
}

function firstOf(inputs: readonly NamedInput[], type: OutputType): string | undefined {
  return inputs.find((input) => input.type === type)?.name
}

const pythonEmpty: Readonly<Record<OutputType, string>> = {
  string: '""',
  number: '0',
  boolean: 'False',
  object: '{}',
  'array[string]': '[]',
  'array[number]': '[]',
  'array[boolean]': '[]',
  'array[object]': '[]',
}

const scriptEmpty: Readonly<Record<OutputType, string>> = { ...pythonEmpty, string: "''", boolean: 'false' }

/** The names of a node's inputs, as far as they can be read. */
export function inputNames(data: Readonly<Record<string, unknown>>): string[] {
  if (!Array.isArray(data.variables)) return []
  return data.variables.flatMap((entry: unknown) =>
    isObject(entry) && typeof entry.variable === 'string' && entry.variable !== '' ? [entry.variable] : [],
  )
}
