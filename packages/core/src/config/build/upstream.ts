import type {
  AwsDestinationSpec,
  AzureDestinationSpec,
  Destination,
  DestinationSpec,
  RestDestinationSpec,
} from '../destination.ts'
import type { TransformationTemplate } from '../transformation.ts'
import type { UpstreamConfig } from '../upstream.ts'
import type { UpstreamEndpoints } from '../upstream-endpoints.ts'
import type { AwsUpstream, AzureFunction, AzureUpstream, GcpUpstream, LambdaFunction } from '../upstream-functions.ts'
import type { UpstreamHandler } from '../upstream-handler.ts'
import type { StaticUpstream } from '../upstream-hosts.ts'
import { plain } from './plain-value.ts'
import { Resource, type ResourceOptions } from './resource.ts'
import { staticUpstream } from './upstream-address.ts'

/** The fields of Gloo's `Upstream` that say what kind it is. */
type UpstreamKind =
  | 'static'
  | 'pipe'
  | 'handler'
  | 'endpoints'
  | 'kube'
  | 'consul'
  | 'awsEc2'
  | 'aws'
  | 'azure'
  | 'gcp'
  | 'ai'

/** Everything about an upstream but its name and its kind. */
export interface UpstreamOptions extends ResourceOptions, Omit<UpstreamConfig, 'metadata' | UpstreamKind> {}

/** Lambda functions of one region: Gloo's `AwsUpstream`, with `functions` for `lambdaFunctions`. */
export interface LambdaSpec<Name extends string> extends Omit<AwsUpstream, 'lambdaFunctions'> {
  /** By the name that routes use, the Lambda function: its name or ARN, and a version or alias after a colon if need be. */
  readonly functions: Readonly<Record<Name, string>>
}

/** Hosts that offer REST functions. */
interface RestUpstream<Name extends string> extends StaticUpstream {
  readonly serviceSpec: { readonly rest: { readonly transformations: Readonly<Record<Name, TransformationTemplate>> } }
}

/** How a Lambda function is called, besides its name. */
export type LambdaCall = Omit<AwsDestinationSpec, 'logicalName'>

/** How a REST function is called, besides its name. */
export type RestCall = Omit<RestDestinationSpec, 'functionName'>

/** How an Azure function is called, besides its name: there is nothing to say. */
export type AzureCall = Omit<AzureDestinationSpec, 'functionName'>

/** A service that requests are sent to. Routes refer to it; the gateway finds it in its list of `upstreams`. */
export class Upstream extends Resource<UpstreamConfig> {
  /**
   * Hosts by address, as `static`: `users:8080`, `10.0.0.1:8080`, `[::1]:8080`, `https://users.example.com`. The port
   * is 80 by default, and 443 after `https://`, which also turns TLS on for the upstream.
   *
   * @throws TypeError for a text that is no address
   */
  static of(name: string, ...addresses: readonly string[]): Upstream {
    return new Upstream({ metadata: { name }, static: staticUpstream(addresses) })
  }

  /** Hosts that offer REST functions, as `static` with a `serviceSpec.rest`. */
  static static<Name extends string>(name: string, spec: RestUpstream<Name>): FunctionUpstream<Name, RestCall>
  /** Hosts by address, as Gloo's `static` has them. */
  static static(name: string, spec: StaticUpstream): Upstream
  static static(name: string, spec: StaticUpstream): Upstream {
    const Kind = spec.serviceSpec?.rest === undefined ? Upstream : FunctionUpstream
    return new Kind({ metadata: { name }, static: spec })
  }

  /** A Unix domain socket, as `pipe`. */
  static pipe(name: string, path: string): Upstream {
    return new Upstream({ metadata: { name }, pipe: { path } })
  }

  /** A function in this process, as `handler`. */
  static handler(name: string, handler: UpstreamHandler): Upstream {
    return new Upstream({ metadata: { name }, handler })
  }

  /** Hosts that a function in this process finds, as `endpoints`. */
  static endpoints(name: string, endpoints: UpstreamEndpoints): Upstream {
    return new Upstream({ metadata: { name }, endpoints })
  }

  /** AWS Lambda functions, as `aws`. */
  static lambda<Name extends string>(
    name: string,
    { functions, ...spec }: LambdaSpec<Name>,
  ): FunctionUpstream<Name, LambdaCall> {
    const lambdaFunctions = Object.entries<string>(functions).map(lambdaFunction)
    return new FunctionUpstream({ metadata: { name }, aws: { ...spec, lambdaFunctions } })
  }

  /** Azure Functions, as `azure`. */
  static azure<const Name extends string>(
    name: string,
    spec: AzureUpstream & { readonly functions: readonly (AzureFunction & { readonly functionName: Name })[] },
  ): FunctionUpstream<Name, AzureCall> {
    return new FunctionUpstream({ metadata: { name }, azure: spec })
  }

  /** A service of Google Cloud, as `gcp`. */
  static gcp(name: string, spec: GcpUpstream): Upstream {
    return new Upstream({ metadata: { name }, gcp: spec })
  }

  override get kind(): 'Upstream' {
    return 'Upstream'
  }

  /** Sets namespace and labels in `metadata`, and any field of Gloo's `Upstream` but its kind. Others stay. */
  options({ namespace, labels, annotations, ...fields }: UpstreamOptions): this {
    const Same = this.constructor as new (config: UpstreamConfig) => this
    const { metadata } = this.config
    const changed = {
      ...metadata,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    }
    return new Same({ ...this.config, metadata: changed, ...fields })
  }
}

/** An upstream whose functions routes can call by name. */
export class FunctionUpstream<Name extends string = string, Call = LambdaCall & RestCall> extends Upstream {
  /** A destination that calls one of the functions, by `destinationSpec`. */
  function(name: Name, call?: Call): Destination {
    return plain({ upstream: this, destinationSpec: this.call(name, call) })
  }

  private call(name: string, call: Call | undefined): DestinationSpec {
    if (this.config.aws !== undefined) return { aws: { logicalName: name, ...call } }
    if (this.config.azure !== undefined) return { azure: { functionName: name } }
    return { rest: { functionName: name, ...call } }
  }
}

/** Name or ARN, and what stands after a last colon. */
function lambdaFunction([logicalName, text]: readonly [string, string]): LambdaFunction {
  const [, lambdaFunctionName = text, qualifier] = /^((?:.*:function:)?[^:]+)(?::([^:]+))?$/.exec(text) ?? []
  return { logicalName, lambdaFunctionName, ...(qualifier !== undefined && { qualifier }) }
}
