import { fib } from './fib.ts'
import { groupBy } from './group-by.ts'
import { logs } from './logs.ts'
import { megabyteInAndOut } from './megabyte.ts'
import { trivial } from './trivial.ts'
import type { Workload } from './workload.ts'

export const workloads: readonly Workload[] = [trivial, groupBy, megabyteInAndOut, fib, logs]
