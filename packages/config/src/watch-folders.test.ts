import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { service, watched } from '../../../test/support/watched-files.ts'

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
