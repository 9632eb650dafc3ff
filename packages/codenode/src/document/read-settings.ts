import type * as z from 'zod'
import type { Issue, WorkflowIssue } from '../contract/failures.ts'
import { cutName } from '../contract/issues.ts'
import type { OutputLimits } from '../contract/limits.ts'
import { type CodeNode, outputSchema } from '../contract/node.ts'
import { nodeTypes } from '../contract/node-types.ts'
import { type CheckedStandIn, endsOf } from '../contract/stand-in.ts'
import { hasMoreValuesThan } from '../json/count-values.ts'
import { explainIssuesIn } from '../reading/explain-unknown-name.ts'
import { defaultsOf, passOverIdle } from '../reading/idle-settings.ts'
import { readNode } from '../reading/read-node.ts'
import { checkDefaultValues } from '../values/default-values.ts'
import {
  type AggregatorSettings,
  type AnswerSettings,
  aggregatorSettingsSchema,
  answerSettingsSchema,
  type Case,
  type EndSettings,
  endSettingsSchema,
  type IfElseSettings,
  type IterationSettings,
  ifElseSettingsSchema,
  iterationSettingsSchema,
  type StartSettings,
  startSettingsSchema,
  type TemplateSettings,
  templateSettingsSchema,
} from './node-settings.ts'
import { type Entry, issueOf, issuesOfSettings } from './parts/read-entries.ts'
import { makeStandIn } from './stand-ins/make-stand-in.ts'

/** The checked settings of a node, by type. */
export type Settings =
  | { type: 'start'; settings: StartSettings }
  | { type: 'code'; settings: CodeNode }
  | { type: 'template-transform'; settings: TemplateSettings }
  | { type: 'if-else'; settings: { cases: readonly Case[] } }
  | { type: 'variable-aggregator'; settings: AggregatorSettings }
  | { type: 'iteration'; settings: IterationSettings }
  | { type: 'iteration-start' }
  | { type: 'end'; settings: EndSettings }
  | { type: 'answer'; settings: AnswerSettings }
  | StandInSettings

/** Of a node that is not run. `nodeType`: as Dify calls it. */
export type StandInSettings = {
  type: 'stand-in'
  nodeType: string
  standIn: CheckedStandIn
  outputNames: readonly string[]
}

/** Null: the type is not run, or the settings are wrong. */
export function readSettings(entry: Entry, limits: OutputLimits): ReadSettings {
  if (entry.isHidden) return { settings: null, issues: [], ignored: [] }
  if (entry.standIn) return { settings: toStandIn(entry, entry.standIn), issues: [], ignored: [] }
  if (entry.type === null) return { settings: null, issues: [toUnsupported(entry)], ignored: [] }
  const {
    settings,
    issues,
    ignored = [],
  } = hasMoreValuesThan(entry.data, maxValues) ? excess : readByType(entry, limits)
  return { settings, issues: issuesOfSettings(entry, issues), ignored: issuesOfSettings(entry, ignored) }
}

/** `ignored`: what does not keep the node from running. */
export type ReadSettings = { settings: Settings | null; issues: WorkflowIssue[]; ignored: WorkflowIssue[] }

/** Far more than a node has. Its schema looks at each, and makes an issue of each wrong one. */
const maxValues = 50_000
const excess: TypedSettings = {
  settings: null,
  issues: [{ path: 'node', message: `holds more than ${maxValues} values.` }],
}

type Read<Value> = { value: Value | null; issues: Issue[]; ignored?: Issue[] }
type TypedSettings = { settings: Settings | null; issues: Issue[]; ignored?: Issue[] }

function readByType({ type, data }: Entry, limits: OutputLimits): TypedSettings {
  switch (type) {
    case null:
      return { settings: null, issues: [] }
    case 'iteration-start':
      return { settings: { type }, issues: [] }
    case 'code': {
      const { node, issues, ignored } = readNode(data, limits)
      return { settings: node && { type, settings: node }, issues, ignored }
    }
    case 'start':
      return tag(read(startSettingsSchema, data), (settings) => ({ type, settings }))
    case 'template-transform':
      return tag(readTemplate(data, limits), (settings) => ({ type, settings }))
    case 'if-else':
      return tag(readCases(data), (settings) => ({ type, settings }))
    case 'variable-aggregator':
      return tag(read(aggregatorSettingsSchema, data), (settings) => ({ type, settings }))
    case 'iteration':
      return tag(read(iterationSettingsSchema, data), (settings) => ({ type, settings }))
    case 'end':
      return tag(read(endSettingsSchema, data), (settings) => ({ type, settings }))
    case 'answer':
      return tag(read(answerSettingsSchema, data), (settings) => ({ type, settings }))
  }
}

function toStandIn(entry: Entry, standIn: CheckedStandIn): StandInSettings {
  const { type, data } = entry
  return { type: 'stand-in', nodeType: type ?? String(data.type), standIn, outputNames: namesOf(entry, standIn.ends) }
}

/** What is given, and what is missing because of the way that was taken. */
function namesOf(entry: Entry, given: CheckedStandIn['ends']): string[] {
  const ends = endsOf(given)
  const names = ends.flatMap(({ outputs }) => Object.keys(outputs))
  if (entry.data.error_strategy) names.push('error_message', 'error_type')
  if (ends.some(({ status }) => status === 'exception')) names.push(...Object.keys(makeStandIn(entry, [], [])))
  return [...new Set(names)]
}

/** A node of a type that does not run here, which is no issue where it has a stand-in. */
function toUnsupported(entry: Entry): WorkflowIssue {
  const { type } = entry.data
  if (typeof type !== 'string' || type === '') {
    const supported = nodeTypes.filter((name) => name !== 'iteration-start').join(', ')
    return issueOf(entry, 'data.type', `is missing; supported are ${supported}.`)
  }
  const nodeType = cutName(type)
  return { ...issueOf(entry, 'data.type', `is ${nodeType}, which does not run here. ${adviceForType}`), nodeType }
}

const adviceForType = 'Give the node a stand-in (its outputs), or replace it by a Code node.'

function read<Schema extends z.ZodType>(schema: Schema, data: unknown): Read<z.output<Schema>> {
  const parsed = schema.safeParse(data, { reportInput: true })
  if (parsed.error) return { value: null, issues: parsed.error.issues.flatMap(explainIssuesIn(schema)) }
  return { value: parsed.data, issues: [] }
}

function tag<Value>(
  { value, issues, ignored = [] }: Read<Value>,
  toSettings: (value: Value) => Settings,
): TypedSettings {
  return { settings: value === null ? null : toSettings(value), issues, ignored }
}

/** A template has one output; its default value is checked like that of a Code node. */
function readTemplate(data: Record<string, unknown>, limits: OutputLimits): Read<TemplateSettings> {
  const outputs = { output: { type: 'string' } }
  const { settings, ignored } = passOverIdle({ ...data, outputs })
  const { value, issues } = read(templateSettingsSchema, settings)
  const all = [...issues, ...checkDefaultValues(settings, outputSchema, limits)]
  if (!value || all.length > 0) return { value: null, issues: all, ignored }
  return { value: { ...value, default_value: defaultsOf(value.default_value, outputs) }, issues: all, ignored }
}

/** Whether an if-else node has the older form: one list of conditions instead of cases. */
export function hasOldConditions(data: Record<string, unknown>): boolean {
  return !Array.isArray(data.cases) || data.cases.length === 0
}

function readCases(data: Record<string, unknown>): Read<{ cases: readonly Case[] }> {
  const { value, issues } = read(ifElseSettingsSchema, data)
  if (!value) return { value, issues }
  const cases = hasOldConditions(data) ? toCase(value) : (value.cases ?? [])
  if (cases.length === 0)
    return { value: null, issues: [{ path: 'cases', message: 'is missing; it must be an array.' }] }
  const ids = new Set<string>()
  const repeated = cases.findIndex(({ case_id: id }) => ids.size === ids.add(id).size)
  if (repeated === -1) return { value: { cases }, issues: [] }
  const message = `is ${cutName(cases[repeated]?.case_id ?? '')} again; case ids must be unique.`
  return { value: null, issues: [{ path: `cases[${repeated}].case_id`, message }] }
}

function toCase({ conditions, logical_operator }: IfElseSettings): Case[] {
  return conditions ? [{ case_id: 'true', logical_operator: logical_operator ?? 'and', conditions }] : []
}
