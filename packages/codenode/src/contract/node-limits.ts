import * as z from 'zod'
import { limitTable, nodeLimitNames } from './limits.ts'

/** The `limits` block of a node (ours): each can only lower what the service allows. */
export const nodeLimitsSchema = z.strictObject(
  Object.fromEntries(
    nodeLimitNames.map((name) => {
      const { min, max, summary } = limitTable[name]
      return [name, z.int().min(min).max(max).optional().describe(summary)]
    }),
  ) as { [Name in (typeof nodeLimitNames)[number]]: z.ZodOptional<z.ZodInt> },
)
