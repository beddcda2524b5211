import { renameSync, truncateSync, unlinkSync } from 'node:fs'
import { Gateway, type GatewayInput, Upstream } from 'headgate'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { until } from '../../../test/support/wait.ts'
import { service, watched } from '../../../test/support/watched-files.ts'
import { loadFiles } from './load-files.ts'
import { watchFiles } from './watch-files.ts'

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
