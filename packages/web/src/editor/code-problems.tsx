import { labels } from '../labels/code-node.ts'
import styles from './code-editor.module.css'
import type { CodeProblem } from './lint.ts'

type CodeProblemsProps = { problems: readonly CodeProblem[]; onGo: (problem: CodeProblem) => void }

/** What is said about the code, as a list under it that leads to the places. */
export function CodeProblems({ problems, onGo }: CodeProblemsProps) {
  if (problems.length === 0) return null
  return (
    <ul className={styles.problems} aria-label={labels.code.problems(problems.length)}>
      {problems.map((problem, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may stand at the same place with the same text
        <li key={index}>
          <button type="button" data-severity={problem.severity} onClick={() => onGo(problem)}>
            <span className={styles.line}>{labels.code.line(problem.line)}</span> {problem.message}
          </button>
        </li>
      ))}
    </ul>
  )
}
