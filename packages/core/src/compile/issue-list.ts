import type { Issue } from '../schema/issue.ts'

/** Findings in the order in which they were made, each once: what several routes or listeners share is found by each. */
export class IssueList {
  readonly #issues = new Map<string, Issue>()

  /** Takes a finding. Of two that differ in severity the error stays. */
  readonly report = (issue: Issue): void => {
    const { resource, code, path, message } = issue
    const key = JSON.stringify([resource, code, path, message])
    if (issue.severity === 'error' || !this.#issues.has(key)) this.#issues.set(key, issue)
  }

  toArray(): readonly Issue[] {
    return [...this.#issues.values()]
  }
}
