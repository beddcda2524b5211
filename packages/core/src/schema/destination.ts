import type {
  AwsDestinationSpec,
  AzureDestinationSpec,
  ConsulServiceDestination,
  Destination,
  DestinationSpec,
  KubernetesServiceDestination,
  MultiDestination,
  Parameters,
  RestDestinationSpec,
  Subset,
  WeightedDestination,
} from '../config/destination.ts'
import type { WeightedDestinationOptions } from '../config/weighted-destination-options.ts'
import { resourceRef } from './common.ts'
import { extensions } from './extensions.ts'
import { type Field, later } from './field.ts'
import { bufferPerRoute, csrfPolicy } from './filters.ts'
import { headerManipulation } from './header-manipulation.ts'
import { enumeration, flag, list, map, message, opaque, required, text, uint32 } from './protobuf-json.ts'
import { atMostOne, exactlyOne, type Rule, rule, wholeRule } from './rule.ts'
import { notEmpty } from './text-rules.ts'
import { transformationStages, transformations, transformationTemplate } from './transformation.ts'

/** How a Lambda function is called, by a route or for all routes of an upstream. */
export const awsDestinationSpec: Field<AwsDestinationSpec> = message<AwsDestinationSpec>(
  'AwsDestinationSpec',
  {
    logicalName: text(notEmpty),
    invocationStyle: enumeration('SYNC', 'ASYNC'),
    requestTransformation: flag(),
    responseTransformation: flag(),
    unwrapAsAlb: flag(),
    unwrapAsApiGateway: flag(),
    wrapAsApiGateway: flag(),
  },
  rule(['unwrapAsAlb', 'unwrapAsApiGateway', 'requestTransformation', 'wrapAsApiGateway'], (spec, report) => {
    if (spec.unwrapAsAlb && (spec.unwrapAsApiGateway || spec.responseTransformation))
      report({ code: 'oneof-conflict', message: 'only one of unwrapAsAlb, unwrapAsApiGateway may be true' })
    if (spec.requestTransformation && spec.wrapAsApiGateway)
      report({ code: 'oneof-conflict', message: 'only one of requestTransformation, wrapAsApiGateway may be true' })
  }),
)

const destinationSpec: Field<DestinationSpec> = message<DestinationSpec>(
  'DestinationSpec',
  {
    aws: awsDestinationSpec,
    azure: message<AzureDestinationSpec>('AzureDestinationSpec', { functionName: required(text(notEmpty)) }),
    rest: message<RestDestinationSpec>('RestDestinationSpec', {
      functionName: required(text(notEmpty)),
      parameters: message<Parameters>('Parameters', { headers: map(text()), path: text(), query: text() }),
      responseTransformation: transformationTemplate,
    }),
    grpc: opaque(),
  },
  atMostOne('aws', 'azure', 'rest', 'grpc'),
)

/** A set of host labels. */
export const subset: Field<Subset> = message<Subset>('Subset', { values: required(map(text())) })

/** A destination of a route. */
export const destination: Field<Destination> = message<Destination>(
  'Destination',
  {
    upstream: resourceRef,
    kube: later(
      'Discovery',
      message<KubernetesServiceDestination>('KubernetesServiceDestination', {
        ref: required(resourceRef),
        port: required(uint32({ min: 1, max: 65_535 })),
      }),
    ),
    consul: later(
      'Discovery',
      message<ConsulServiceDestination>('ConsulServiceDestination', {
        serviceName: required(text(notEmpty)),
        tags: list(text()),
        dataCenters: list(text()),
      }),
    ),
    destinationSpec: later('Functions', destinationSpec),
    subset,
  },
  exactlyOne('upstream', 'kube', 'consul'),
)

const weightedDestinationOptions: Field<WeightedDestinationOptions> = message<WeightedDestinationOptions>(
  'WeightedDestinationOptions',
  {
    headerManipulation,
    csrf: csrfPolicy,
    bufferPerRoute: bufferPerRoute,
    stagedTransformations: transformationStages,
    transformations,
    extensions,
    extauth: later('Access', opaque()),
  },
)

const weightedDestination: Field<WeightedDestination> = message<WeightedDestination>('WeightedDestination', {
  destination: required(destination),
  weight: uint32(),
  options: weightedDestinationOptions,
})

/** Envoy adds the weights up in 32 bits. */
const largestTotal = 4_294_967_295

const totalWeight: Rule<readonly WeightedDestination[]> = wholeRule((destinations, report) => {
  const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0)
  if (destinations.length > 0 && !(total >= 1 && total <= largestTotal))
    report({
      code: 'invalid-weights',
      message: 'the weights must add up to at least 1',
      found: `a total of ${total}`,
      expected: `a total from 1 to ${largestTotal}`,
    })
})

/** Destinations that share traffic by weight. */
export const weightedDestinations: Field<readonly WeightedDestination[]> = list(
  weightedDestination,
  { min: 1 },
  totalWeight,
)

/** Several destinations of one route. */
export const multiDestination: Field<MultiDestination> = message<MultiDestination>('MultiDestination', {
  destinations: required(weightedDestinations),
})
