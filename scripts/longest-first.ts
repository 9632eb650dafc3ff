import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take longest, longest first: begun last, one of them would keep one worker busy while the others have nothing
 * left to do. A file that is not listed is taken for a short one; the order changes nothing but the time.
 */
const longest = [
  'containment/containment',
  'editor-scenes',
  'panel',
  'history-faults',
  'robustness',
  'doors',
  'http-members',
  'cli-workflow',
  'faults',
  'http-serve',
  'editor-keeping',
  'editor-keyboard',
  'panel-speed',
  'cli',
  'conformance/conformance',
  'containment/other-runs',
  'ordinary/ordinary',
  'pack',
  'service-faults',
  'mcp',
].map((name) => `/test/${name}.test.ts`)

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((end) => moduleId.endsWith(end))
      return place === -1 ? longest.length : place
    }
    // Those that are not listed stay as vitest has sorted them.
    return (await super.sort(files)).toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}
