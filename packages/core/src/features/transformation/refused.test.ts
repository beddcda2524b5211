import { describe, expect, test } from 'vitest'
import { inProcess, route, simple } from '../../../../../test/support/in-process.ts'
import type { RouteOptions } from '../../config/route-options.ts'
import type { TransformationTemplate } from '../../config/transformation.ts'
import { ConfigError } from '../../schema/config-error.ts'
import type { Issue } from '../../schema/issue.ts'
import { type TemplateEngine, TemplateError } from './engine.ts'

const text = (source: string) => ({ text: source })

/** The findings that a configuration is refused with. */
function issuesOf(make: () => unknown): readonly Issue[] {
  try {
    make()
    return []
  } catch (error) {
    if (!ConfigError.is(error)) throw error
    return error.issues
  }
}
const regular = 'options.stagedTransformations.regular'

describe('what cannot work is an error of the configuration', () => {
  const virtualService = (options: RouteOptions) => simple([route('/a', 'users', { options })])
  const issues = (template: TransformationTemplate, templates: readonly TemplateEngine[] = []) => {
    const requestTransforms = [{ requestTransformation: { transformationTemplate: template } }]
    return issuesOf(() =>
      inProcess(virtualService({ stagedTransformations: { regular: { requestTransforms } } }), {}, { templates }),
    )
  }

  const refusing: TemplateEngine = {
    field: 'text',
    compile(source) {
      throw new TemplateError(`no "${source}"`, { line: 1, column: 2 })
    },
  }

  test('templates in a language without an engine', () => {
    expect(issues({ headers: { a: text('x') }, body: { jsonata: 'a' } })).toMatchObject([
      {
        code: 'no-template-engine',
        message: 'there is no template engine for "jsonata"',
        fix: 'install @headgate/jsonata and pass its engine in the option "templates" of the gateway',
      },
      { code: 'no-template-engine', message: 'there is no template engine for "text"' },
    ])
  })

  test('templates that their engine refuses, each at its place', () => {
    const found = issues({ headers: { a: text('x') }, headersToAppend: [{ key: 'b', value: text('y') }] }, [refusing])
    const place = `virtualServices[default.api].virtualHost.routes[0].${regular}.requestTransforms[0].requestTransformation.transformationTemplate`
    expect(found).toMatchObject([
      { code: 'invalid-template', path: `${place}.headers.a.text`, message: '(at 1:2) no "x"', found: 'x' },
      { code: 'invalid-template', path: `${place}.headersToAppend[0].value.text`, message: '(at 1:2) no "y"' },
    ])
  })

  test.each([
    [{ header: 'x', regex: '(' }, 'regex', 'missing closing )'],
    [{ header: 'x', regex: '(a)', subgroup: 2 }, 'subgroup', 'group 2 requested for a regex with 1 groups'],
    [{ body: {}, regex: '(?=a)' }, 'regex', 'invalid'],
    [{ body: {}, regex: '(a)\\1' }, 'regex', 'invalid escape sequence'],
  ])('extractors that cannot be: %j', (extraction, field, message) => {
    const [found] = issues({ extractors: { e: extraction } })
    expect(found).toMatchObject({
      code: 'invalid-extractor',
      path: expect.stringMatching(`extractors\\.e\\.${field}$`),
    })
    expect(found?.message).toContain(message)
  })

  test('what a virtual host has is wrong once, however many routes inherit it', () => {
    const transformationTemplate = { body: text('x') }
    const config = {
      ...simple([route('/a', 'users'), route('/b', 'users')]),
      virtualServices: [
        {
          metadata: { name: 'api' },
          virtualHost: {
            options: { transformations: { responseTransformation: { transformationTemplate } } },
            routes: [route('/a', 'users'), route('/b', 'users')],
          },
        },
      ],
    }
    expect(issuesOf(() => inProcess(config, {}, { templates: [refusing] }))).toMatchObject([
      {
        resource: { kind: 'VirtualService', namespace: 'default', name: 'api' },
        path: 'virtualServices[default.api].virtualHost.options.transformations.responseTransformation.transformationTemplate.body.text',
      },
    ])
  })

  test('so is what a weighted destination has', () => {
    const options = { transformations: { requestTransformation: { transformationTemplate: { body: text('x') } } } }
    const destinations = [{ destination: { upstream: { name: 'users' } }, weight: 1, options }]
    const config = simple([{ matchers: [{ prefix: '/a' }], routeAction: { multi: { destinations } } }])
    const [found] = issuesOf(() => inProcess(config, {}, { templates: [refusing] }))
    expect(found?.path).toContain('routes[0].routeAction.multi.destinations[0].options.transformations.')
  })

  test('matchers with expressions that are none', () => {
    const bad = { name: 'x', value: '(', regex: true }
    const requestTransforms = [{ matcher: { regex: '(' }, requestTransformation: { headerBodyTransform: {} } }]
    const responseTransforms = [{ matchers: [bad], responseTransformation: { headerBodyTransform: {} } }]
    const config = virtualService({ stagedTransformations: { early: { requestTransforms, responseTransforms } } })
    const found = issuesOf(() => inProcess(config))
    expect(found.map(({ code, path }) => `${code} ${path.split('.').slice(-2).join('.')}`)).toEqual([
      'invalid-regex matcher.regex',
      'invalid-regex matchers[0].value',
    ])
  })
})
