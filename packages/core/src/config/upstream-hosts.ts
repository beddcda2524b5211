import type { JsonObject, Opaque, ResourceRef } from './common.ts'
import type { Subset } from './destination.ts'
import type { TransformationTemplate } from './transformation.ts'

/** Hosts by address. Source: Gloo `static.proto`. */
export interface StaticUpstream {
  /** At least one. */
  readonly hosts: readonly StaticHost[]
  /** Speak TLS. Default: only to port 443, or if there is an `sslConfig`. */
  readonly useTls?: boolean
  /** Use a host's name as TLS server name. Default true. */
  readonly autoSniRewrite?: boolean
  readonly serviceSpec?: ServiceSpec
  /**
   * Which groups of hosts routes can ask for, by the labels in the hosts' `metadata`.
   * @remarks headgate extension
   */
  readonly subsetSpec?: SubsetSpec
}

/** One host. */
export interface StaticHost {
  /** IP address or DNS name. */
  readonly addr: string
  /** From 1 to 65535. */
  readonly port: number
  /** TLS server name. */
  readonly sniAddr?: string
  /** Share among the hosts, at least 1. Default 1. */
  readonly loadBalancingWeight?: number
  readonly healthCheckConfig?: HostHealthCheck
  /** Values by namespace; those under `envoy.lb` are the host's labels for subsets. */
  readonly metadata?: Readonly<Record<string, JsonObject>>
}

/** What the health check asks this host for. */
export interface HostHealthCheck {
  readonly path?: string
  readonly method?: string
}

/** A Unix domain socket. Source: Gloo `pipe.proto`. */
export interface PipeUpstream {
  readonly path: string
  readonly serviceSpec?: ServiceSpec
}

/** A Kubernetes service. Source: Gloo `kubernetes.proto`. */
export interface KubernetesUpstream {
  readonly serviceName: string
  readonly serviceNamespace: string
  readonly servicePort: number
  /** Only pods with these labels. */
  readonly selector?: Readonly<Record<string, string>>
  readonly serviceSpec?: ServiceSpec
  readonly subsetSpec?: SubsetSpec
}

/** A Consul service. Source: Gloo `consul.proto`. */
export interface ConsulUpstream {
  readonly serviceName: string
  readonly serviceTags?: readonly string[]
  readonly subsetTags?: readonly string[]
  readonly instanceTags?: readonly string[]
  readonly instanceBlacklistTags?: readonly string[]
  readonly dataCenters?: readonly string[]
  readonly connectEnabled?: boolean
  readonly consistencyMode?: 'ConsistentMode' | 'DefaultMode' | 'StaleMode'
  readonly queryOptions?: Opaque
  readonly serviceSpec?: ServiceSpec
}

/** Instances of EC2. Source: Gloo `aws_ec2.proto`. */
export interface Ec2Upstream {
  readonly region: string
  readonly secretRef?: ResourceRef
  readonly roleArn?: string
  /** All must hold. */
  readonly filters?: readonly TagFilter[]
  /** Use public addresses. Default false. */
  readonly publicIp?: boolean
  readonly port?: number
}

/** A condition on an instance's tags. Exactly one of the two. */
export interface TagFilter {
  readonly key?: string
  readonly kvPair?: TagValue
}

/** A tag and its value. */
export interface TagValue {
  readonly key: string
  readonly value?: string
}

/** Which groups of hosts routes can ask for. Source: Gloo `subset_spec.proto`. */
export interface SubsetSpec {
  readonly selectors?: readonly SubsetSelector[]
  /** When no host fits. Default `ANY_ENDPOINT`. */
  readonly fallbackPolicy?: 'ANY_ENDPOINT' | 'DEFAULT_SUBSET' | 'NO_FALLBACK'
  readonly defaultSubset?: Subset
}

/** A set of label keys that form groups. */
export interface SubsetSelector {
  readonly keys: readonly string[]
  readonly singleHostPerSubset?: boolean
}

/** What the service offers. At most one of the three. */
export interface ServiceSpec {
  readonly rest?: RestServiceSpec
  readonly grpc?: Opaque
  readonly grpcJsonTranscoder?: GrpcJsonTranscoder
}

/** Functions of a REST service, each a template that makes the request. Source: Gloo `rest.proto`. */
export interface RestServiceSpec {
  readonly transformations?: Readonly<Record<string, TransformationTemplate>>
  readonly swaggerInfo?: Opaque
}

/** JSON over HTTP for a gRPC service. Exactly one descriptor. Source: Gloo `grpc_json.proto`. */
export interface GrpcJsonTranscoder {
  readonly protoDescriptor?: string
  /** Base64 of a FileDescriptorSet. */
  readonly protoDescriptorBin?: string
  readonly protoDescriptorConfigMap?: Opaque
  readonly services: readonly string[]
  readonly printOptions?: GrpcJsonPrintOptions
  readonly matchIncomingRequestRoute?: boolean
  readonly ignoredQueryParameters?: readonly string[]
  readonly autoMapping?: boolean
  readonly ignoreUnknownQueryParameters?: boolean
  readonly convertGrpcStatus?: boolean
}

/** How JSON is written. */
export interface GrpcJsonPrintOptions {
  readonly addWhitespace?: boolean
  readonly alwaysPrintPrimitiveFields?: boolean
  readonly alwaysPrintEnumsAsInts?: boolean
  readonly preserveProtoFieldNames?: boolean
}
