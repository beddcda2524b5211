import type {
  DynamicMetadataValue,
  Extraction,
  HeaderBodyTransform,
  HeaderToAppend,
  MergeJsonKeys,
  OverridableTemplate,
  RequestMatch,
  RequestResponseTransformations,
  ResponseMatch,
  SpanTransformer,
  Template,
  TemplateFunction,
  TemplateText,
  Transformation,
  TransformationStages,
  Transformations,
  TransformationTemplate,
} from '../config/transformation.ts'
import { extension, type Field, shorthand } from './field.ts'
import { headerMatcher, matcher } from './matcher.ts'
import { empty, enumeration, flag, list, map, message, native, required, text, uint32 } from './protobuf-json.ts'
import { atMostOne, exactlyOne, type Rule, rule, wholeRule } from './rule.ts'
import { notEmpty, readableHeaderName } from './text-rules.ts'

const template = shorthand<TemplateText, TemplateFunction>(
  'function',
  message<TemplateText>(
    'TemplateText',
    {
      text: text(),
      jsonata: extension(text(notEmpty)),
      function: extension(native<TemplateFunction>((value) => typeof value === 'function', 'a function')),
    },
    atMostOne('text', 'jsonata', 'function'),
  ),
)

const extraction: Field<Extraction> = message<Extraction>(
  'Extraction',
  {
    header: text(readableHeaderName),
    body: empty(),
    regex: text(),
    subgroup: uint32(),
    replacementText: text(),
    mode: enumeration('EXTRACT', 'SINGLE_REPLACE', 'REPLACE_ALL'),
  },
  exactlyOne('header', 'body'),
  rule(['mode', 'replacementText', 'subgroup'], ({ mode = 'EXTRACT', replacementText, subgroup = 0 }, report) => {
    if (mode === 'EXTRACT' && replacementText)
      report({
        code: 'invalid-extractor',
        at: ['replacementText'],
        message: 'mode EXTRACT replaces nothing',
        fix: 'set mode to SINGLE_REPLACE or REPLACE_ALL',
      })
    if (mode !== 'EXTRACT' && replacementText === undefined)
      report({
        code: 'invalid-extractor',
        message: `mode ${mode} needs a replacementText`,
        expected: 'replacementText, which may be empty',
      })
    if (mode === 'REPLACE_ALL' && subgroup !== 0)
      report({
        code: 'invalid-extractor',
        at: ['subgroup'],
        message: 'mode REPLACE_ALL replaces whole matches',
        expected: '0',
      })
  }),
)

/** The keys of a map of headers. */
const headerKeys: Rule<Readonly<Record<string, Template>>> = wholeRule((headers, report) => {
  for (const name of Object.keys(headers))
    if (!/^:?[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
      report({ code: 'invalid-header-name', at: [name], message: 'not the name of a header', found: name })
})

const mergeJsonKeys: Field<MergeJsonKeys> = message<MergeJsonKeys>('MergeJsonKeys', {
  jsonKeys: map(
    message<OverridableTemplate>('OverridableTemplate', { tmpl: required(template), overrideEmpty: flag() }),
    wholeRule((keys, report) => {
      for (const key of Object.keys(keys))
        if (key.includes('.'))
          report({ code: 'invalid-merge-keys', at: [key], message: 'a key cannot contain a dot', found: key })
    }),
  ),
})

/** A template that makes a message. `serviceSpec.rest` uses it, too. */
export const transformationTemplate: Field<TransformationTemplate> = message<TransformationTemplate>(
  'TransformationTemplate',
  {
    advancedTemplates: flag(),
    extractors: map(extraction),
    headers: map(template, headerKeys),
    headersToAppend: list(
      message<HeaderToAppend>('HeaderToAppend', { key: required(text(readableHeaderName)), value: required(template) }),
    ),
    headersToRemove: list(text(readableHeaderName)),
    body: template,
    passthrough: empty(),
    mergeExtractorsToBody: empty(),
    mergeJsonKeys,
    parseBodyBehavior: enumeration('ParseAsJson', 'DontParse'),
    ignoreErrorOnParse: flag(),
    dynamicMetadataValues: list(
      message<DynamicMetadataValue>('DynamicMetadataValue', {
        metadataNamespace: text(),
        key: required(text(notEmpty)),
        value: required(template),
        jsonToProto: flag(),
      }),
    ),
    escapeCharacters: flag(),
    spanTransformer: message<SpanTransformer>('SpanTransformer', { name: template }),
  },
  atMostOne('body', 'passthrough', 'mergeExtractorsToBody', 'mergeJsonKeys'),
  rule(['mergeJsonKeys', 'advancedTemplates', 'parseBodyBehavior'], (value, report) => {
    if (value.mergeJsonKeys === undefined) return
    if (value.advancedTemplates === true)
      report({
        code: 'invalid-merge-keys',
        at: ['advancedTemplates'],
        message: 'mergeJsonKeys cannot be used with advancedTemplates',
      })
    if (value.parseBodyBehavior === 'DontParse')
      report({
        code: 'invalid-merge-keys',
        at: ['parseBodyBehavior'],
        message: 'mergeJsonKeys needs the parsed body',
        expected: 'ParseAsJson',
      })
  }),
)

const transformation: Field<Transformation> = message<Transformation>(
  'Transformation',
  {
    transformationTemplate,
    headerBodyTransform: message<HeaderBodyTransform>('HeaderBodyTransform', { addRequestMetadata: flag() }),
    logRequestResponseInfo: flag(),
  },
  exactlyOne('transformationTemplate', 'headerBodyTransform'),
)

/** Spans are named while the request is read. */
const responseTransformation: Field<Transformation> = transformation.check(
  rule(['transformationTemplate'], ({ transformationTemplate: used }, report) => {
    if (used?.spanTransformer !== undefined)
      report({
        code: 'not-allowed-here',
        at: ['transformationTemplate', 'spanTransformer'],
        message: 'spanTransformer cannot be set on a responseTransformation',
      })
  }),
)

const stage: Field<RequestResponseTransformations> = message<RequestResponseTransformations>(
  'RequestResponseTransformations',
  {
    requestTransforms: list(
      message<RequestMatch>('RequestMatch', {
        matcher,
        clearRouteCache: flag(),
        requestTransformation: transformation,
        responseTransformation,
      }),
    ),
    responseTransforms: list(
      message<ResponseMatch>('ResponseMatch', {
        matchers: list(headerMatcher),
        responseCodeDetails: text(),
        responseTransformation,
      }),
    ),
  },
)

export const transformationStages: Field<TransformationStages> = message<TransformationStages>('TransformationStages', {
  early: stage,
  regular: stage,
  postRouting: stage,
  inheritTransformation: flag(),
  logRequestResponseInfo: flag(),
  escapeCharacters: flag(),
})

export const transformations: Field<Transformations> = message<Transformations>('Transformations', {
  requestTransformation: transformation,
  responseTransformation,
  clearRouteCache: flag(),
})
