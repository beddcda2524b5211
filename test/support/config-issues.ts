import { ConfigError, type Issue } from 'headgate'

/** The findings that a configuration is refused with; none if it is not. */
async function issuesOf(make: () => unknown): Promise<readonly Issue[]> {
  try {
    await make()
    return []
  } catch (error) {
    if (!ConfigError.is(error)) throw error
    return error.issues
  }
}

/** Findings in one line each: `api.yaml:3:5 error unknown-kind: unknown kind "Foo"`. */
export async function linesOf(make: () => unknown): Promise<readonly string[]> {
  const issues = await issuesOf(make)
  return issues.map(({ location, severity, code, message }) => {
    const { file = '', line, column } = location ?? {}
    return `${[file, line, column].filter((part) => part !== undefined && part !== '').join(':')} ${severity} ${code}: ${message}`
  })
}
