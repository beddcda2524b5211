export type { BreakerNumbers, CircuitBreakerStatus } from './cluster/circuit-breaker.ts'
export type {
  DriverEnvironment,
  EndpointSource,
  UpstreamCall,
  UpstreamConnection,
  UpstreamDriver,
} from './cluster/driver.ts'
export { type Host, hostAddress } from './cluster/host.ts'
export type { ClusterStatus, HostStatus } from './cluster/status.ts'
export type {
  ConnectionSettings,
  ConnectionUsage,
  Endpoint,
  EndpointHealthCheck,
  Locality as EndpointLocality,
  Pem,
  ProbeExchange,
  TlsSettings,
  Transport,
  UpstreamReceiver,
  UpstreamRequest,
  UpstreamResponse,
  UpstreamStream,
} from './cluster/transport.ts'
export type { CompiledListener } from './compile/snapshot.ts'
export { BasicRoute, type RouteFields } from './config/build/basic-route.ts'
export type { ResourceReference, RouteTarget, WeightedTarget } from './config/build/destination.ts'
export type { HeaderChanges, RouteHeaders } from './config/build/header-changes.ts'
export type { HeaderCondition, QueryCondition, ValueCondition } from './config/build/match-conditions.ts'
export type { CapturedParameters, FillablePath, PathParameters } from './config/build/path-parameters.ts'
export { type GatewayInput, plainConfig } from './config/build/plain.ts'
export type { PlainRef, Resource, ResourceOptions } from './config/build/resource.ts'
export { PrefixMatch, Route, type RouteInput, RouteMatch, TextMatch } from './config/build/route.ts'
export { RouteTable, type RouteTableInput, type RouteTableSpec } from './config/build/route-table.ts'
export {
  type AzureCall,
  FunctionUpstream,
  type LambdaCall,
  type LambdaSpec,
  type RestCall,
  Upstream,
  type UpstreamOptions,
} from './config/build/upstream.ts'
export { UpstreamGroup, type UpstreamGroupSpec } from './config/build/upstream-group.ts'
export {
  type VirtualHostInput,
  VirtualService,
  type VirtualServiceInput,
  type VirtualServiceSpec,
} from './config/build/virtual-service.ts'
export type * from './config/common.ts'
export type * from './config/cors.ts'
export type * from './config/destination.ts'
export type * from './config/filters.ts'
export type * from './config/gateway.ts'
export type * from './config/gateway-config.ts'
export type * from './config/header-manipulation.ts'
export type * from './config/health-check.ts'
export type * from './config/http-connection-manager.ts'
export type * from './config/listener-options.ts'
export type * from './config/matcher.ts'
export type * from './config/option-resources.ts'
export type * from './config/resilience.ts'
export type * from './config/route.ts'
export type * from './config/route-options.ts'
export type * from './config/route-table.ts'
export type * from './config/secret.ts'
export type * from './config/selector.ts'
export type * from './config/settings.ts'
export { type ConfigSource, printLocation, type SourceLocation, sourceOf, withSource } from './config/source.ts'
export type * from './config/ssl.ts'
export type * from './config/transformation.ts'
export type * from './config/upstream.ts'
export type * from './config/upstream-endpoints.ts'
export type * from './config/upstream-functions.ts'
export type * from './config/upstream-group.ts'
export type * from './config/upstream-handler.ts'
export type * from './config/upstream-health.ts'
export type * from './config/upstream-hosts.ts'
export type * from './config/virtual-host-options.ts'
export type * from './config/virtual-service.ts'
export type * from './config/weighted-destination-options.ts'
export type { UpdateReport } from './config-store.ts'
export { type AttemptInfo, type RequestContext, type RouteInfo, type Slot, slot, type Verdict } from './context.ts'
export {
  type ErrorCode,
  type ErrorFacts,
  type ErrorPhase,
  type ErrorSide,
  type ErrorSpec,
  errors,
  GatewayError,
} from './errors.ts'
export type { Candidate, Explanation } from './explain.ts'
export { csrfVerdict } from './features/csrf/csrf.ts'
export {
  type CompiledTemplate,
  type TemplateEngine,
  TemplateError,
  type TemplateOptions,
  type TemplatePosition,
} from './features/transformation/engine.ts'
export { spanName } from './features/transformation/span-name.ts'
export {
  type AnyFilterDefinition,
  defineFilter,
  type Filter,
  type FilterDefinition,
  type FilterScope,
} from './filter/filter.ts'
export { type Placement, type Stage, stages } from './filter/stage.ts'
export { dynamicMetadata } from './forward/dynamic-metadata.ts'
export { Gateway, type GatewayOptions, type HandleOptions } from './gateway.ts'
export { withoutMapping } from './http/address.ts'
export { type Body, type BodySink, isStreamBody, type StreamBody } from './http/body.ts'
export type { Downstream, DownstreamListener } from './http/downstream.ts'
export { HeaderMap } from './http/headers.ts'
export { upgradeProtocol } from './http/hop-by-hop.ts'
export {
  type Client,
  GatewayRequest,
  type GatewayResponse,
  isBodyless,
  localClient,
  type RespondOptions,
  respond,
} from './http/message.ts'
export { type Producer, QueueBody } from './http/queue-body.ts'
export { type DuplexSocket, SocketTunnel } from './http/socket-tunnel.ts'
export { bytesOf, textOf } from './http/text.ts'
export type { Tunnel, TunnelSink } from './http/tunnel.ts'
export { lintIssueCodes } from './lint/lint.ts'
export type { LintFinding, LintSeverity, LintWitness } from './lint/rule.ts'
export type { EffectiveOption, PossibleDestination } from './route-facts.ts'
export type { RouteSummary } from './routes.ts'
export { type Cancel, type Clock, systemClock } from './runtime/clock.ts'
export { type Random, systemRandom } from './runtime/random.ts'
export type { ResolvedAddress, ResolveOptions, Resolver } from './runtime/resolver.ts'
export type { Runtime, RuntimeEvent } from './runtime/runtime.ts'
export { seededRandom } from './runtime/seeded-random.ts'
export { type CheckOptions, type CheckResult, checkConfig } from './schema/check.ts'
export { ConfigError } from './schema/config-error.ts'
export { type FieldEntry, listFields } from './schema/fields.ts'
export { type Issue, type IssueResource, schemaIssueCodes } from './schema/issue.ts'
export { configJsonSchema } from './schema/json-schema.ts'
export type { RouteShare, SimulateOptions, Simulation, UpstreamShare } from './simulate.ts'
