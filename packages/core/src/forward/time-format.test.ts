import { describe, expect, test } from 'vitest'
import { compileTimeFormat, isoTime } from './time-format.ts'

/** The instant that Envoy's own formatter tests use. */
const instant = Date.UTC(2018, 3, 3, 23, 6, 9, 123)

describe('compileTimeFormat', () => {
  test.each([
    ['%Y-%m-%dT%H:%M:%S', '2018-04-03T23:06:09'],
    ['%Y-%m-%dT%H:%M:%E3SZ', '2018-04-03T23:06:09.123Z'],
    ['%s%3f', '1522796769123'],
    ['%s.%1f.%2f.%3f.%6f.%9f', '1522796769.1.12.123.123000.123000000'],
    ['%3s %6s %9s', '1522796769123 1522796769123000 1522796769123000000'],
    ['%E*S|%E*f', '09.123|123'],
    ['%a, %d %b %Y %T GMT', 'Tue, 03 Apr 2018 23:06:09 GMT'],
    ['%A %B %e %j %y %C', 'Tuesday April  3 093 18 20'],
    ['%I:%M %p, %l, %k', '11:06 PM, 11, 23'],
    ['%F %R %D', '2018-04-03 23:06 04/03/18'],
    ['%z %Ez %Z %u %w', '+0000 +00:00 UTC 2 2'],
    ['100%%', '100%'],
    ['', ''],
  ])('%s', (format, text) => {
    expect(compileTimeFormat(format)?.(instant)).toBe(text)
  })

  test('a full second has no fraction in %E*S', () => {
    expect(compileTimeFormat('%E*S %E*f')?.(Date.UTC(2018, 0, 1))).toBe('00 0')
  })

  test('midnight and noon are twelve o’clock', () => {
    const format = compileTimeFormat('%I%p')
    expect([format?.(Date.UTC(2018, 0, 1, 0)), format?.(Date.UTC(2018, 0, 1, 12))]).toEqual(['12AM', '12PM'])
  })

  test('a Sunday is day 7 of the week that begins on Monday', () => {
    expect(compileTimeFormat('%u%w')?.(Date.UTC(2018, 3, 1))).toBe('70')
  })

  test.each(['%n', '%t', '%Q', '%E4n', '%', 'a%', '%E', '%0f'])('%s is refused', (format) => {
    expect(compileTimeFormat(format)).toBeUndefined()
  })
})

test('isoTime writes milliseconds and Z', () => {
  expect(isoTime(instant)).toBe('2018-04-03T23:06:09.123Z')
})
