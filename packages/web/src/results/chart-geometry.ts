/** The value of each row; null: there is none. */
export type Series = readonly (number | null)[]

export type Frame = { width: number; height: number; left: number; bottom: number; top: number; right: number }

/** `x`: of the middle of a bar; points of a line stand in the middle of their row. */
export type Mark = { index: number; value: number; x: number; y: number }

export type Geometry = {
  /** Of each series. */
  marks: { bars: Mark[]; points: Mark[] }[]
  /** Where a value of 0, or the nearest that is shown, stands. */
  baseline: number
  /** Width of a bar. */
  barWidth: number
  ticks: { value: number; y: number }[]
}

/** Where the values of all series stand in the frame. The scale has round steps and, so that bars do not lie, holds 0. */
export function layOutChart(all: readonly Series[], frame: Frame): Geometry {
  const values = all.flat().filter((value) => value !== null)
  const { from, to, step } = roundScale(Math.min(0, ...values), Math.max(0, ...values))
  const inner = { width: frame.width - frame.left - frame.right, height: frame.height - frame.top - frame.bottom }
  const toY = (value: number): number => frame.top + inner.height * (1 - (value - from) / (to - from))
  const slot = inner.width / Math.max(1, ...all.map(({ length }) => length))
  const barWidth = Math.max(1, (slot * 0.7) / Math.max(1, all.length))
  const place = (series: Series, aside: number): Mark[] =>
    series.flatMap((value, index) =>
      value === null ? [] : { index, value, x: frame.left + slot * (index + 0.5) + aside, y: toY(value) },
    )
  const marks = all.map((series, at) => ({
    bars: place(series, (at - (all.length - 1) / 2) * barWidth),
    points: place(series, 0),
  }))
  const count = Math.round((to - from) / step)
  const ticks = Array.from({ length: count + 1 }, (_, at) => {
    const value = Number((from + at * step).toPrecision(12))
    return { value, y: toY(value) }
  })
  return { marks, baseline: toY(0), barWidth, ticks }
}

/** About four steps of 1, 2 or 5 times a power of ten that hold both ends. */
export function roundScale(least: number, most: number): { from: number; to: number; step: number } {
  const span = most - least || 1
  const rough = span / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power
  const from = Math.floor(least / step) * step
  const to = Math.ceil(most / step) * step
  return { from, to: to > from ? to : from + step, step }
}
