import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { Gateway, type GatewayInput, Upstream } from 'headgate'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { until } from '../../../test/support/wait.ts'
import { loadFiles } from './load-files.ts'
import { type Reload, type WatchOptions, watchFiles } from './watch-files.ts'

/** A virtual service for its own domain, which answers with a text. */
const service = (name: string, body: string): string => `apiVersion: gateway.solo.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  virtualHost:
    domains: [${name}.test]
    routes:
      - matchers: [{ prefix: / }]
        directResponseAction: { status: 200, body: ${body} }
`

interface Watched {
  readonly gateway: Gateway
  /** What became of every change so far. */
  readonly reloads: readonly Reload[]
  readonly watch: Awaited<ReturnType<typeof watchFiles>>
  /** What the gateway answers, by service, in order. */
  answers(): string
  /** Waits until the gateway answers so. */
  answersSoon(expected: string): Promise<void>
  /** Waits until a change has been refused, and gives its findings in one line each. */
  refusedSoon(): Promise<readonly string[]>
}

/** A gateway that is kept at what paths of a folder say, for the rest of the test. */
async function watched(
  { path: cwd }: TemporaryFolder,
  paths: string | readonly string[],
  options: WatchOptions = {},
): Promise<Watched> {
  const reloads: Reload[] = []
  const config = await loadFiles(paths, { cwd })
  const gateway = new Gateway(options.extend === undefined ? config : options.extend(config))
  const onReload = (reload: Reload): void => {
    reloads.push(reload)
  }
  const watch = await watchFiles(paths, gateway, { cwd, settle: 10, onReload, ...options })
  onTestFinished(async () => {
    await watch.close()
    await gateway.close()
  })
  const answers = (): string =>
    gateway
      .routes()
      .map(({ target }) => /"(.*)"/.exec(target)?.[1] ?? target)
      .join(' ')
  return {
    gateway,
    reloads,
    watch,
    answers,
    answersSoon: async (expected) => {
      await until(() => answers() === expected, { what: () => `${expected} instead of ${answers()}` })
    },
    refusedSoon: async () => {
      const before = reloads.length
      await until(() => reloads.length > before && reloads.at(-1)?.outcome === 'rejected', { what: 'a refusal' })
      return (reloads.at(-1)?.issues ?? []).map(({ location, code }) => {
        const { file, line, column } = location ?? {}
        return location === undefined ? code : `${file}:${line}:${column} ${code}`
      })
    },
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a gateway', () => {
  test('that is at what the files say stays as it is', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { gateway, watch, reloads } = await watched(folder, 'a.yaml')
    expect(gateway.revision).toBe(1)
    expect(watch.last).toBeUndefined()
    await watch.reload()
    expect(reloads).toEqual([])
  })

  test('that is not, is brought there', async () => {
    const { path } = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const gateway = new Gateway({})
    const watch = await watchFiles(`${path}/a.yaml`, gateway, { onReload: () => {} })
    onTestFinished(() => watch.close())
    expect(gateway.routes()).toMatchObject([{ target: '200 "one"' }])
    expect(watch.last).toMatchObject({ outcome: 'accepted', config: { virtualServices: [{}] } })
  })

  test('keeps what the application adds', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const own = Upstream.handler('own', () => new Response('own'))
    const extend = (config: object): GatewayInput => ({ ...config, upstreams: [own] })
    const { gateway, answersSoon, reloads } = await watched(folder, 'a.yaml', { extend })
    expect(gateway.revision).toBe(1)
    folder.write('a.yaml', service('a', 'two'))
    await answersSoon('two')
    expect(gateway.toJSON().upstreams).toHaveLength(1)
    folder.write('a.yaml', service('a', 'three').replace('prefix', 'prefxi'))
    await until(() => reloads.at(-1)?.accepted === false)
    expect(reloads.at(-1)?.issues[0]?.location).toEqual({ file: 'a.yaml', line: 8, column: 22 })
  })

  test('is told of an application that cannot add', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    let fails = false
    const extend = (config: GatewayInput): GatewayInput => {
      if (fails) throw new Error('no more')
      return config
    }
    const { answers, refusedSoon } = await watched(folder, 'a.yaml', { extend })
    fails = true
    folder.write('a.yaml', service('a', 'two'))
    expect(await refusedSoon()).toEqual(['extend-failed'])
    expect(answers()).toBe('one')
  })
})

describe('a file', () => {
  test('that is written over is followed', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answersSoon } = await watched(folder, 'a.yaml')
    for (const body of ['two', 'three', 'four']) {
      folder.write('a.yaml', service('a', body))
      await answersSoon(body)
    }
  })

  test('that another is renamed over is followed, again and again', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answersSoon } = await watched(folder, 'a.yaml')
    for (const body of ['two', 'three', 'four']) {
      renameSync(folder.write('a.yaml.new', service('a', body)), folder.at('a.yaml'))
      await answersSoon(body)
    }
  })

  test('edited to nonsense changes nothing and says where; edited back, it is followed', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answers, answersSoon, refusedSoon, watch } = await watched(folder, 'a.yaml')
    folder.write('a.yaml', `${service('a', 'two')}  nonsense: [\n`)
    expect(await refusedSoon()).toEqual(['a.yaml:11:1 yaml-syntax'])
    expect(answers()).toBe('one')
    folder.write('a.yaml', service('a', 'two').replace('VirtualService', 'VirtualServer'))
    expect(await refusedSoon()).toEqual(['a.yaml:2:1 unknown-kind'])
    folder.write('a.yaml', Buffer.from([0x80]))
    expect(await refusedSoon()).toEqual(['a.yaml:1:1 not-text'])
    expect(answers()).toBe('one')
    expect(watch.last?.config).toBeUndefined()
    folder.write('a.yaml', service('a', 'three'))
    await answersSoon('three')
    expect(watch.last).toMatchObject({ outcome: 'accepted', issues: [] })
  })

  test('with a faulty resource is followed but for that', async () => {
    const folder = temporaryFolder({ 'a.yaml': `${service('a', 'one')}---\n${service('b', 'one')}` })
    const { answersSoon, watch } = await watched(folder, 'a.yaml')
    folder.write('a.yaml', `${service('a', 'two').replace('status: 200', 'status: 2000')}---\n${service('b', 'two')}`)
    await until(() => watch.last?.outcome === 'partial')
    expect(watch.last).toMatchObject({
      issues: [{ code: 'out-of-range', location: { file: 'a.yaml', line: 9, column: 33 } }],
      quarantined: [{ resource: { name: 'a' }, outcome: 'kept' }],
    })
    await answersSoon('one two')
  })

  test('that is emptied or deleted changes nothing', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answers, answersSoon, refusedSoon } = await watched(folder, 'a.yaml')
    truncateSync(folder.at('a.yaml'))
    expect(await refusedSoon()).toEqual(['no-resources'])
    unlinkSync(folder.at('a.yaml'))
    expect(await refusedSoon()).toEqual(['file-not-found'])
    expect(answers()).toBe('one')
    folder.write('a.yaml', service('a', 'two'))
    await answersSoon('two')
  })

  test('that is written bit by bit is never taken half', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answersSoon, reloads } = await watched(folder, 'a.yaml', { settle: 100 })
    const text = Array.from({ length: 30 }, (_, index) => service(`s${index}`, `two${index}`)).join('---\n')
    for (let end = 1; end <= 10; end++) {
      folder.write('a.yaml', text.slice(0, Math.ceil((text.length * end) / 10)))
      const written = performance.now()
      await until(() => performance.now() - written > 20)
    }
    await answersSoon(Array.from({ length: 30 }, (_, index) => `two${index}`).join(' '))
    expect(reloads.map(({ outcome }) => outcome)).toEqual(['accepted'])
  })

  test('that is touched and not changed is not taken over', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { reloads, watch } = await watched(folder, 'a.yaml')
    folder.write('a.yaml', service('a', 'one'))
    await watch.reload()
    expect(reloads).toEqual([])
  })
})

describe('a folder', () => {
  test('is followed when files come and go', async () => {
    const folder = temporaryFolder({ 'conf/a.yaml': service('a', 'one') })
    const { answersSoon } = await watched(folder, 'conf')
    folder.write('conf/b.yaml', service('b', 'two'))
    await answersSoon('one two')
    folder.write('conf/sub/deeper/c.yaml', service('c', 'three'))
    await answersSoon('one two three')
    folder.write('conf/sub/deeper/d.json', JSON.stringify({ virtualServices: [] }))
    rmSync(folder.at('conf/b.yaml'))
    await answersSoon('one three')
    rmSync(folder.at('conf/sub'), { recursive: true })
    await answersSoon('one')
  })

  test('that is emptied or deleted changes nothing', async () => {
    const folder = temporaryFolder({ 'conf/a.yaml': service('a', 'one') })
    const { answers, answersSoon, refusedSoon } = await watched(folder, 'conf')
    rmSync(folder.at('conf/a.yaml'))
    expect(await refusedSoon()).toEqual(['file-not-found'])
    rmSync(folder.at('conf'), { recursive: true })
    expect(answers()).toBe('one')
    folder.write('conf/a.yaml', service('a', 'two'))
    await answersSoon('two')
  })

  test('with many files that change at once is taken over as one', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `s${String(index).padStart(2, '0')}`)
    const write = (folder: TemporaryFolder, body: string): void => {
      for (const name of names) writeFileSync(folder.at(`conf/${name}.yaml`), service(name, body))
    }
    const folder = temporaryFolder()
    mkdirSync(folder.at('conf'))
    write(folder, 'one')
    const { answers, answersSoon, reloads } = await watched(folder, 'conf', { settle: 100 })
    for (const body of ['two', 'three']) {
      write(folder, body)
      await answersSoon(names.map(() => body).join(' '))
    }
    expect(answers()).not.toContain('two')
    expect(reloads.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted'])
  })

  test('with one file that cannot be read stays as it is, whatever else changes', async () => {
    const folder = temporaryFolder({ 'conf/a.yaml': service('a', 'one'), 'conf/b.yaml': service('b', 'one') })
    const { answers, answersSoon, refusedSoon } = await watched(folder, 'conf')
    folder.write('conf/a.yaml', 'kind: [')
    expect(await refusedSoon()).toEqual(['conf/a.yaml:1:8 yaml-syntax'])
    folder.write('conf/b.yaml', service('b', 'two'))
    expect(await refusedSoon()).toEqual(['conf/a.yaml:1:8 yaml-syntax'])
    expect(answers()).toBe('one one')
    folder.write('conf/a.yaml', service('a', 'two'))
    await answersSoon('two two')
  })

  test('may be a pattern', async () => {
    const folder = temporaryFolder({ 'conf/a.yaml': service('a', 'one') })
    const { answersSoon } = await watched(folder, 'conf/**/*.yaml')
    folder.write('conf/team/b.yaml', service('b', 'two'))
    folder.write('conf/team/c.json', 'not read')
    await answersSoon('one two')
  })

  test('that another is put in place of is followed', async () => {
    const folder = temporaryFolder({ 'conf/a.yaml': service('a', 'one'), 'next/a.yaml': service('a', 'two') })
    const { answersSoon } = await watched(folder, 'conf')
    renameSync(folder.at('conf'), folder.at('before'))
    renameSync(folder.at('next'), folder.at('conf'))
    await answersSoon('two')
    folder.write('conf/a.yaml', service('a', 'three'))
    await answersSoon('three')
  })
})

describe('a link', () => {
  /** Gives a link another target in one step, as Kubernetes does. */
  const retarget = (folder: TemporaryFolder, link: string, target: string): void => {
    symlinkSync(target, folder.at(`${link}.new`))
    renameSync(folder.at(`${link}.new`), folder.at(link))
  }

  test('in a mounted ConfigMap is followed', async () => {
    const folder = temporaryFolder({
      'conf/..2026_01/a.yaml': service('a', 'one'),
      'conf/..2026_01/b.yaml': service('b', 'one'),
    })
    symlinkSync('..2026_01', folder.at('conf/..data'))
    symlinkSync('..data/a.yaml', folder.at('conf/a.yaml'))
    symlinkSync('..data/b.yaml', folder.at('conf/b.yaml'))
    const { answersSoon, reloads } = await watched(folder, 'conf')
    const single = await watched(folder, 'conf/a.yaml')
    for (const [month, body] of [
      ['02', 'two'],
      ['03', 'three'],
    ]) {
      folder.write(`conf/..2026_${month}/a.yaml`, service('a', `${body}`))
      folder.write(`conf/..2026_${month}/b.yaml`, service('b', `${body}`))
      retarget(folder, 'conf/..data', `..2026_${month}`)
      await answersSoon(`${body} ${body}`)
      await single.answersSoon(`${body}`)
    }
    expect(reloads.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted'])
  })

  test('further up is followed', async () => {
    const folder = temporaryFolder({
      'releases/1/conf/a.yaml': service('a', 'one'),
      'releases/2/conf/a.yaml': service('a', 'two'),
    })
    symlinkSync('releases/1', folder.at('current'))
    const { answersSoon } = await watched(folder, 'current/conf/a.yaml')
    retarget(folder, 'current', 'releases/2')
    await answersSoon('two')
    folder.write('releases/2/conf/a.yaml', service('a', 'three'))
    await answersSoon('three')
  })
})

describe('who watches', () => {
  test('may look instead of being told', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answersSoon } = await watched(folder, 'a.yaml', { poll: 20 })
    folder.write('a.yaml', service('a', 'two'))
    await answersSoon('two')
  })

  test('gets nothing any more after the end', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const { answers, reloads, watch } = await watched(folder, 'a.yaml')
    const running = watch.reload()
    folder.write('a.yaml', service('a', 'two'))
    await watch.close()
    await running
    await watch.reload()
    expect(reloads).toEqual([])
    expect(answers()).toBe('one')
  })

  test('is warned by the process if there is nobody else to tell', async () => {
    const { write, at } = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const watch = await watchFiles(at('a.yaml'), new Gateway(await loadFiles(at('a.yaml'))), { settle: 10 })
    onTestFinished(() => watch.close())
    write('a.yaml', 'kind: [')
    await until(() => warned.mock.calls.length > 0)
    expect(warned.mock.calls[0]?.[0]).toMatch(
      /^headgate: a changed configuration is refused\n {2}.*a\.yaml:1:8: Flow sequence/,
    )
  })

  test('goes on when its listener throws', async () => {
    const folder = temporaryFolder({ 'a.yaml': service('a', 'one') })
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { answersSoon } = await watched(folder, 'a.yaml', {
      onReload: () => {
        throw new Error('not now')
      },
    })
    for (const body of ['two', 'three']) {
      folder.write('a.yaml', service('a', body))
      await answersSoon(body)
    }
    expect(warned).toHaveBeenCalledTimes(2)
  })
})
