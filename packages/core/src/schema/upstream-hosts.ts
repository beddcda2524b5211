import type {
  ConsulUpstream,
  Ec2Upstream,
  GrpcJsonPrintOptions,
  GrpcJsonTranscoder,
  HostHealthCheck,
  KubernetesUpstream,
  PipeUpstream,
  RestServiceSpec,
  ServiceSpec,
  StaticHost,
  StaticUpstream,
  SubsetSelector,
  SubsetSpec,
  TagFilter,
  TagValue,
} from '../config/upstream-hosts.ts'
import { hostAddress } from './addresses.ts'
import { resourceRef } from './common.ts'
import { subset } from './destination.ts'
import { extension, type Field, later } from './field.ts'
import {
  bytes,
  enumeration,
  flag,
  list,
  map,
  message,
  opaque,
  required,
  struct,
  text,
  uint32,
} from './protobuf-json.ts'
import { atMostOne, exactlyOne } from './rule.ts'
import { methodName, notEmpty, path } from './text-rules.ts'
import { transformationTemplate } from './transformation.ts'

const grpcJsonTranscoder: Field<GrpcJsonTranscoder> = message<GrpcJsonTranscoder>(
  'GrpcJsonTranscoder',
  {
    protoDescriptor: text(notEmpty),
    protoDescriptorBin: bytes(),
    protoDescriptorConfigMap: opaque(),
    services: required(list(text(notEmpty), { min: 1 })),
    printOptions: message<GrpcJsonPrintOptions>('GrpcJsonPrintOptions', {
      addWhitespace: flag(),
      alwaysPrintPrimitiveFields: flag(),
      alwaysPrintEnumsAsInts: flag(),
      preserveProtoFieldNames: flag(),
    }),
    matchIncomingRequestRoute: flag(),
    ignoredQueryParameters: list(text()),
    autoMapping: flag(),
    ignoreUnknownQueryParameters: flag(),
    convertGrpcStatus: flag(),
  },
  exactlyOne('protoDescriptor', 'protoDescriptorBin', 'protoDescriptorConfigMap'),
)

const serviceSpec: Field<ServiceSpec> = message<ServiceSpec>(
  'ServiceSpec',
  {
    rest: message<RestServiceSpec>('RestServiceSpec', {
      transformations: map(transformationTemplate),
      swaggerInfo: opaque(),
    }),
    grpc: opaque(),
    grpcJsonTranscoder,
  },
  atMostOne('rest', 'grpc', 'grpcJsonTranscoder'),
)

const subsetSpec: Field<SubsetSpec> = message<SubsetSpec>('SubsetSpec', {
  selectors: list(
    message<SubsetSelector>('SubsetSelector', {
      keys: required(list(text(notEmpty), { min: 1 })),
      singleHostPerSubset: flag(),
    }),
  ),
  fallbackPolicy: enumeration('ANY_ENDPOINT', 'DEFAULT_SUBSET', 'NO_FALLBACK'),
  defaultSubset: subset,
})

const staticHost: Field<StaticHost> = message<StaticHost>('StaticHost', {
  addr: required(text(hostAddress)),
  port: required(uint32({ min: 1, max: 65_535 })),
  sniAddr: text(),
  loadBalancingWeight: uint32({ min: 1 }),
  healthCheckConfig: message<HostHealthCheck>('HostHealthCheck', { path: text(path), method: text(methodName) }),
  metadata: map(struct()),
})

export const staticUpstream: Field<StaticUpstream> = message<StaticUpstream>('StaticUpstream', {
  hosts: required(list(staticHost, { min: 1 })),
  useTls: flag(),
  autoSniRewrite: flag(),
  serviceSpec: later('Functions', serviceSpec),
  subsetSpec: extension(subsetSpec),
})

export const pipeUpstream: Field<PipeUpstream> = message<PipeUpstream>('PipeUpstream', {
  path: required(text(notEmpty)),
  serviceSpec: later('Functions', serviceSpec),
})

export const kubernetesUpstream: Field<KubernetesUpstream> = message<KubernetesUpstream>('KubernetesUpstream', {
  serviceName: required(text(notEmpty)),
  serviceNamespace: required(text(notEmpty)),
  servicePort: required(uint32({ min: 1, max: 65_535 })),
  selector: map(text()),
  serviceSpec,
  subsetSpec,
})

export const consulUpstream: Field<ConsulUpstream> = message<ConsulUpstream>('ConsulUpstream', {
  serviceName: required(text(notEmpty)),
  serviceTags: list(text()),
  subsetTags: list(text()),
  instanceTags: list(text()),
  instanceBlacklistTags: list(text()),
  dataCenters: list(text()),
  connectEnabled: flag(),
  consistencyMode: enumeration('DefaultMode', 'StaleMode', 'ConsistentMode'),
  queryOptions: opaque(),
  serviceSpec,
})

export const ec2Upstream: Field<Ec2Upstream> = message<Ec2Upstream>('Ec2Upstream', {
  region: required(text(notEmpty)),
  secretRef: resourceRef,
  roleArn: text(),
  filters: list(
    message<TagFilter>(
      'TagFilter',
      {
        key: text(notEmpty),
        kvPair: message<TagValue>('TagValue', { key: required(text(notEmpty)), value: text() }),
      },
      exactlyOne('key', 'kvPair'),
    ),
  ),
  publicIp: flag(),
  port: uint32({ max: 65_535 }),
})
