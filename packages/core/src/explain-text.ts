import type { Explanation } from './explain.ts'

/** More routes than this are summed up, so that a large table stays readable; the data has them all. */
const listed = 20

/** An explanation as lines of text. */
export function describeExplanation(explanation: Explanation): string {
  const { method, host, target, gateway, virtualService, domain, refused, route, response } = explanation
  const lines = [`${method} ${host}${target}`, `  gateway ${gateway}`]
  lines.push(
    virtualService === undefined ? `  no virtual service: ${domain}` : `  virtual service ${virtualService}: ${domain}`,
  )
  lines.push(...candidateLines(explanation))
  if (route === undefined && refused === undefined) lines.push('  no route matches: 404')
  if (route !== undefined) lines.push(...destinationLines(explanation))
  if (response !== undefined) {
    const location = response.headers.find(([name]) => name.toLowerCase() === 'location')?.[1]
    lines.push(`  answers ${response.status}${location === undefined ? '' : ` to ${location}`}`)
  }
  if (refused !== undefined) lines.push(`  refused: ${refused.code}, ${refused.status}`)
  for (const { name, value, from } of explanation.options)
    lines.push(`  option ${name} = ${JSON.stringify(value)} (${from})`)
  if (explanation.filters.length > 0) lines.push(`  filters: ${explanation.filters.join(', ')}`)
  return lines.join('\n')
}

function candidateLines({ candidates }: Explanation): readonly string[] {
  const shown = candidates.length <= listed ? candidates : candidates.slice(-listed)
  const lines = shown.map(({ origin, name, matched, because }) => {
    const title = name === '' ? origin : `${origin} "${name}"`
    return matched ? `  + ${title}` : `  - ${title}: ${because ?? ''}`
  })
  if (shown.length < candidates.length)
    lines.unshift(`  - ${candidates.length - shown.length} earlier routes do not match`)
  return lines
}

function destinationLines({ chosen, destinations, upstreamRequest, upgrade }: Explanation): readonly string[] {
  const lines: string[] = []
  if (destinations.length > 1) {
    lines.push(
      `  destinations: ${destinations.map(({ upstream, share }) => `${upstream} ${(share * 100).toFixed(1)} %`).join(', ')}`,
    )
  }
  if (chosen !== undefined) {
    const hosts = chosen.hosts.length === 0 ? '' : ` [${chosen.hosts.join(', ')}]`
    lines.push(`  upstream ${chosen.upstream === '' ? '(none)' : chosen.upstream}${hosts}: ${chosen.because}`)
  }
  if (upstreamRequest !== undefined) {
    const host = upstreamRequest.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
    lines.push(`  sends ${upstreamRequest.method} ${upstreamRequest.target} with host ${host ?? '(none)'}`)
  }
  if (upgrade !== undefined) lines.push(`  upgrade ${upgrade}`)
  return lines
}
