import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import type { Contender } from './contender.ts'

type Converter = { convert: (text: string, runs: number) => Promise<number[]> }

/**
 * What the data alone costs: the inputs are serialised by the host and parsed by the program's language, the result is
 * serialised there and parsed by the host. Nothing is sent anywhere.
 */
export function serialising(language: BenchLanguage, python: Converter): Contender {
  return {
    id: `serialising-${language}`,
    title: 'serialising and parsing, twice',
    language,
    isolation: 'does not run the program',
    runs: (workload) => workload.name === '1 MiB in and out',
    saturations: [],
    start: async () => {
      // The host does one half itself, the floor's interpreter the other.
    },
    measure: async (workload: Workload, { runs }) => {
      const began = performance.now()
      const times = await (language === 'python' ? timePair(workload, runs, python) : timeTwice(workload, runs))
      return { times, totalMs: performance.now() - began, runs, innerTimes: [] }
    },
    close: async () => {
      // It owns nothing.
    },
  }
}

async function timePair(workload: Workload, runs: number, python: Converter): Promise<number[]> {
  const inPython = await python.convert(JSON.stringify(workload.inputs), runs)
  return inPython.map((ms) => ms + timeOnce(workload))
}

async function timeTwice(workload: Workload, runs: number): Promise<number[]> {
  return Array.from({ length: runs }, () => timeOnce(workload) + timeOnce(workload))
}

function timeOnce({ inputs }: Workload): number {
  const began = performance.now()
  JSON.parse(JSON.stringify(inputs))
  return performance.now() - began
}
