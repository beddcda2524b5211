import type {
  GatewayOptions,
  RouteOptions,
  Template,
  TransformationStages,
  TransformationTemplate,
  VirtualHostOptions,
} from '@headgate/core'
import { inja } from '@headgate/inja'
import type { Answer } from '@headgate/testing'
import { type InProcess, inProcess, upstream } from './in-process.ts'

/** What a transforming gateway differs in. */
export interface TransformingOptions extends GatewayOptions {
  readonly answer?: Answer
  readonly virtualHost?: VirtualHostOptions
  /** Bytes of a body that may be held. */
  readonly bufferLimit?: number
}

/** A gateway with one route, which has these options, to one upstream. */
export function withRouteOptions(options: RouteOptions, more: TransformingOptions = {}): InProcess {
  const { answer = 'hello', virtualHost = {}, bufferLimit, ...gateway } = more
  const limits = bufferLimit === undefined ? {} : { options: { perConnectionBufferLimitBytes: bufferLimit } }
  return inProcess(
    {
      upstreams: [upstream('users')],
      gateways: [{ metadata: { name: 'gateway-proxy' }, httpGateway: {}, ...limits }],
      virtualServices: [
        {
          metadata: { name: 'api' },
          virtualHost: {
            options: virtualHost,
            routes: [{ routeAction: { single: { upstream: { name: 'users' } } }, options }],
          },
        },
      ],
    },
    { '*': answer },
    { templates: [inja], ...gateway },
  )
}

/** A gateway that transforms all requests in the regular stage. */
export function transformingRequests(template: TransformationTemplate, more?: TransformingOptions): InProcess {
  const requestTransforms = [{ requestTransformation: { transformationTemplate: template } }]
  return withRouteOptions({ stagedTransformations: { regular: { requestTransforms } } }, more)
}

/** A gateway that transforms all responses in the regular stage. */
export function transformingResponses(template: TransformationTemplate, more?: TransformingOptions): InProcess {
  const responseTransforms = [{ responseTransformation: { transformationTemplate: template } }]
  return withRouteOptions({ stagedTransformations: { regular: { responseTransforms } } }, more)
}

/** Transformations that set a header of requests in one stage. */
export function settingHeader(
  stage: 'early' | 'regular' | 'postRouting',
  name: string,
  value: Template,
): TransformationStages {
  const transformationTemplate = { passthrough: {}, headers: { [name]: value } }
  return { [stage]: { requestTransforms: [{ requestTransformation: { transformationTemplate } }] } }
}
