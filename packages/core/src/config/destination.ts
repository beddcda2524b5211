import type { Opaque, ResourceRef } from './common.ts'
import type { TransformationTemplate } from './transformation.ts'
import type { WeightedDestinationOptions } from './weighted-destination-options.ts'

/** Where a request goes. Exactly one of `upstream`, `kube` and `consul`. Source: Gloo `proxy.proto`. */
export interface Destination {
  readonly upstream?: ResourceRef
  readonly kube?: KubernetesServiceDestination
  readonly consul?: ConsulServiceDestination
  /** Which function of the upstream to call. */
  readonly destinationSpec?: DestinationSpec
  /** Only hosts with these labels. */
  readonly subset?: Subset
}

/** A Kubernetes service without an Upstream resource of its own. */
export interface KubernetesServiceDestination {
  readonly ref: ResourceRef
  readonly port: number
}

/** A Consul service without an Upstream resource of its own. */
export interface ConsulServiceDestination {
  readonly serviceName: string
  readonly tags?: readonly string[]
  readonly dataCenters?: readonly string[]
}

/** Labels of hosts. Their key set must be one of the upstream's `subsetSpec.selectors`. */
export interface Subset {
  readonly values: Readonly<Record<string, string>>
}

/** The function to call, by kind of upstream. At most one. */
export interface DestinationSpec {
  readonly aws?: AwsDestinationSpec
  readonly azure?: AzureDestinationSpec
  readonly rest?: RestDestinationSpec
  /** Deprecated in Gloo, in favour of `grpcJsonTranscoder`. */
  readonly grpc?: Opaque
}

/** How a Lambda function is called. Source: Gloo `aws.proto`. */
export interface AwsDestinationSpec {
  /** One of the upstream's `lambdaFunctions`. */
  readonly logicalName?: string
  /** `ASYNC` answers 202 at once. Default `SYNC`. */
  readonly invocationStyle?: 'SYNC' | 'ASYNC'
  /** Send headers, query and body as one JSON event instead of the body alone. Default false. */
  readonly requestTransformation?: boolean
  /** Deprecated name of `unwrapAsApiGateway`. */
  readonly responseTransformation?: boolean
  /** Read the answer as an Application Load Balancer does. Default false. */
  readonly unwrapAsAlb?: boolean
  /** Read the answer as API Gateway does. Default false. */
  readonly unwrapAsApiGateway?: boolean
  /** Send an API Gateway proxy event. Default false. */
  readonly wrapAsApiGateway?: boolean
}

/** Which Azure function is called. Source: Gloo `azure.proto`. */
export interface AzureDestinationSpec {
  readonly functionName: string
}

/** Which REST function of the upstream is called. Source: Gloo `rest.proto`. */
export interface RestDestinationSpec {
  readonly functionName: string
  /** Where the function's parameters come from. */
  readonly parameters?: Parameters
  readonly responseTransformation?: TransformationTemplate
}

/** Patterns such as `/users/{id}` that turn parts of a request into named parameters. */
export interface Parameters {
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
  readonly query?: string
}

/** Several destinations that share the traffic by weight. */
export interface MultiDestination {
  readonly destinations: readonly WeightedDestination[]
}

/** A destination and its share. */
export interface WeightedDestination {
  readonly destination: Destination
  /** Share of the sum of all weights; the sum must be at least 1. Default 0. */
  readonly weight?: number
  readonly options?: WeightedDestinationOptions
}
