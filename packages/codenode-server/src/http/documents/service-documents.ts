import { isolationSchema } from 'codenode/internal/contract/record'
import * as z from 'zod'
import { problemSchema } from '../wire/problem.ts'
import { exampleRecord } from './examples.ts'

export const enforcedSchema = isolationSchema
  .describe('What is enforced on every run.')
  .meta({ id: 'Isolation', examples: [exampleRecord.isolation] })

export const statusSchema = z
  .object({
    version: z.string(),
    uptimeMs: z.int(),
    active: z.int().describe('Runs in progress, waiting ones included.'),
    running: z.int().describe('Runs that have a process.'),
    waiting: z.int().describe('Runs that wait for a process.'),
    ending: z.int().describe('Processes of runs that were answered, and which are being ended.'),
    runtimes: z.record(
      z.string(),
      z.object({ version: z.string().nullable(), spares: z.int(), lost: z.int().describe('Times it was restarted.') }),
    ),
    history: z.object({ isWritable: z.boolean(), problem: z.string().nullable() }),
  })
  .meta({
    id: 'Status',
    examples: [
      {
        version: '1.0.0',
        uptimeMs: 86_400_000,
        active: 1,
        running: 1,
        waiting: 0,
        ending: 0,
        runtimes: { python: { version: '3.13.9', spares: 2, lost: 0 } },
        history: { isWritable: true, problem: null },
      },
    ],
  })

export const usageSchema = z
  .object({
    since: z.iso.datetime().describe('When the service started.'),
    runs: z.int().describe('Runs and whole programs that have ended.'),
    cpuSeconds: z.number().describe('CPU time of their code.'),
    runSeconds: z.number().describe('Wall time of their code.'),
    requestBytes: z.int().describe('What they were asked with: code, documents and inputs, as they are in memory.'),
  })
  .meta({
    id: 'ClientUsage',
    examples: [{ since: exampleRecord.startedAt, runs: 12, cpuSeconds: 0.4, runSeconds: 1.2, requestBytes: 9000 }],
  })

export const healthSchema = z.literal('ok').meta({ examples: ['ok'] })

export const metricsSchema = z.string().meta({ examples: ['# TYPE codenode_runs_total counter\n'] })

z.globalRegistry.add(problemSchema, {
  id: 'Problem',
  examples: [
    {
      type: 'urn:codenode:failure:run_not_found',
      title: 'No run has this id, it belongs to another API key, or it is no longer kept.',
      status: 404,
      detail: 'There is no run "run_0".',
      code: 'run_not_found',
      instance: 'req-a1b2c3-1',
    },
  ],
})
