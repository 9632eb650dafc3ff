import type { BpfAssembler, Place } from './bpf.ts'
import type { NumberOrRange } from './rule.ts'

/** From this value up to the next interval's, go there. */
export type Interval = { from: number; to: Place }

/** The intervals of a list: `listed` for what is in it, `unlisted` for everything else. */
export function toIntervals(list: readonly NumberOrRange[], listed: Place, unlisted: Place): Interval[] {
  const ranges = list.map((one) => (typeof one === 'number' ? ([one, one] as const) : one)).sort((a, b) => a[0] - b[0])
  const intervals = [{ from: 0, to: unlisted }]
  for (const [from, to] of ranges) {
    intervals.push({ from, to: listed })
    if (to < 0xffffffff) intervals.push({ from: to + 1, to: unlisted })
  }
  return intervals
}

/** A binary search for the interval that the accumulator's value is in. The first one starts at 0. */
export function addSearch(bpf: BpfAssembler, all: readonly Interval[]): Place {
  const notEmpty = all.filter((one, index) => one.from !== all[index + 1]?.from)
  const intervals = notEmpty.filter((one, index) => one.to !== notEmpty[index - 1]?.to)
  const plans = new Map<string, Plan>()
  return addTree(0, intervals.length)

  function addTree(start: number, end: number): Place {
    const { split } = plan(start, end)
    if (split === 'none') return at(start).to
    if (split === 'one number') return bpf.jumpIf('==', at(start + 1).from, at(start + 1).to, at(start).to)
    const upper = addTree(split, end)
    const lower = addTree(start, split)
    return bpf.jumpIf('>=', at(split).from, upper, lower)
  }

  /** In the middle or next to it, whichever needs fewer jumps: a lone number needs one if it is not split from both sides. */
  function plan(start: number, end: number): Plan {
    const key = `${start} ${end}`
    const known = plans.get(key)
    if (known) return known
    const found = isOneNumber(start, end) ? ONE_NUMBER : end - start === 1 ? LEAF : bestSplit(start, end)
    plans.set(key, found)
    return found
  }

  function bestSplit(start: number, end: number): Plan {
    const middle = (start + end) >> 1
    const splits = [middle, middle - 1, middle + 1].filter((one) => start < one && one < end)
    const candidates = splits.map((split) => ({ split, jumps: 1 + plan(start, split).jumps + plan(split, end).jumps }))
    return candidates.reduce((best, one) => (one.jumps < best.jumps ? one : best))
  }

  function isOneNumber(start: number, end: number): boolean {
    if (end - start !== 3) return false
    return at(start + 2).from === at(start + 1).from + 1 && at(start + 2).to === at(start).to
  }

  function at(index: number): Interval {
    const interval = intervals[index]
    if (!interval) throw new RangeError(`no interval ${index} of ${intervals.length}`)
    return interval
  }
}

type Plan = { split: number | 'none' | 'one number'; jumps: number }

const LEAF: Plan = { split: 'none', jumps: 0 }
const ONE_NUMBER: Plan = { split: 'one number', jumps: 1 }
