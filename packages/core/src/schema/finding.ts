import type { Issue } from './issue.ts'

/** What a part of the compiler found; whoever runs it knows the resource. */
export type Finding = Omit<Issue, 'resource'>

/** Takes findings. */
export type ReportFinding = (finding: Finding) => void
