/** Writes a moment, in milliseconds since the epoch. */
export type TimeFormat = (epoch: number) => string

type Part = string | ((date: Date) => string)

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

const two = (value: number): string => String(value).padStart(2, '0')
const day = (date: Date): string => days[date.getUTCDay()] as string
const month = (date: Date): string => months[date.getUTCMonth()] as string
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12
const clock = (date: Date): string =>
  `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
/** Nine digits; the clock knows three of them. */
const fraction = (date: Date): string => `${String(date.getUTCMilliseconds()).padStart(3, '0')}000000`
const seconds = (date: Date): string => String(Math.floor(date.getTime() / 1000))

/** The conversions of strftime that make sense in one line of text, in UTC and in English, as Envoy has them. */
const conversions: Readonly<Record<string, (date: Date) => string>> = {
  '%': () => '%',
  a: (date) => day(date).slice(0, 3),
  A: day,
  b: (date) => month(date).slice(0, 3),
  B: month,
  C: (date) => two(Math.floor(date.getUTCFullYear() / 100)),
  d: (date) => two(date.getUTCDate()),
  D: (date) => `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${two(date.getUTCFullYear() % 100)}`,
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  f: fraction,
  F: (date) => `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
  h: (date) => month(date).slice(0, 3),
  H: (date) => two(date.getUTCHours()),
  I: (date) => two(hour12(date)),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  k: (date) => String(date.getUTCHours()).padStart(2, ' '),
  l: (date) => String(hour12(date)).padStart(2, ' '),
  m: (date) => two(date.getUTCMonth() + 1),
  M: (date) => two(date.getUTCMinutes()),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  R: (date) => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
  s: seconds,
  S: (date) => two(date.getUTCSeconds()),
  T: clock,
  u: (date) => String(date.getUTCDay() || 7),
  w: (date) => String(date.getUTCDay()),
  y: (date) => two(date.getUTCFullYear() % 100),
  Y: (date) => String(date.getUTCFullYear()),
  z: () => '+0000',
  Z: () => 'UTC',
  Ez: () => '+00:00',
  'E*S': (date) => `${two(date.getUTCSeconds())}${trimmed(date)}`,
  'E*f': (date) => fraction(date).replace(/0+$/, '') || '0',
}

function trimmed(date: Date): string {
  const digits = fraction(date).replace(/0+$/, '')
  return digits === '' ? '' : `.${digits}`
}

/** `%3f`: digits of the second; `%3s`: the epoch with so many digits of the second; `%E3S`: seconds with a fraction. */
function withDigits(specifier: string): ((date: Date) => string) | undefined {
  const found = /^(E?)([1-9])([fsS])$/.exec(specifier)
  if (found === null) return undefined
  const digits = Number(found[2])
  const kind = `${found[1]}${found[3]}`
  if (kind === 'f' || kind === 'Ef') return (date) => fraction(date).slice(0, digits)
  if (kind === 's') return (date) => seconds(date) + fraction(date).slice(0, digits)
  if (kind === 'ES') return (date) => `${two(date.getUTCSeconds())}.${fraction(date).slice(0, digits)}`
  return undefined
}

/**
 * Compiles a format of strftime with Envoy's additions `%3f`, `%3s` and Abseil's `%E3S`. A result of undefined means
 * a conversion that does not exist here; line breaks (`%n`, `%t`) do not, since the text goes into a header.
 */
export function compileTimeFormat(format: string): TimeFormat | undefined {
  const parts: Part[] = []
  const pattern = /%(E?[0-9*]?[A-Za-z%])|[^%]+/y
  while (pattern.lastIndex < format.length) {
    const found = pattern.exec(format)
    if (found === null) return undefined
    const specifier = found[1]
    const part =
      specifier === undefined
        ? found[0]
        : Object.hasOwn(conversions, specifier)
          ? conversions[specifier]
          : withDigits(specifier)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return (epoch) => {
    const date = new Date(epoch)
    let text = ''
    for (const part of parts) text += typeof part === 'string' ? part : part(date)
    return text
  }
}

/** RFC 3339 with milliseconds: `2018-04-03T23:06:09.123Z`, what Envoy writes without a format. */
export const isoTime: TimeFormat = (epoch) => new Date(epoch).toISOString()
