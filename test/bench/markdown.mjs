/** A table in Markdown: the first column to the left, all others to the right. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}

export function fixed(number, digits = 0) {
  return Number.isFinite(number) ? number.toFixed(digits) : '-'
}

/** Text that may stand in a cell. */
export function cell(text, longest = 300) {
  return text.replaceAll('|', '/').replaceAll(/\s+/g, ' ').slice(0, longest)
}
