import type { Opaque, ResourceRef } from './common.ts'
import type { AwsDestinationSpec } from './destination.ts'

/** The kinds of upstream that are functions of a cloud. */
export interface CloudFunctions {
  /** AWS Lambda. */
  readonly aws?: AwsUpstream
  /** Azure Functions. */
  readonly azure?: AzureUpstream
  /** Google Cloud Run and Cloud Functions. */
  readonly gcp?: GcpUpstream
  readonly ai?: Opaque
}

/** Lambda functions of one region. Source: Gloo `aws.proto`. */
export interface AwsUpstream {
  readonly region: string
  /** An AWS secret. Default: what the AWS SDK finds. */
  readonly secretRef?: ResourceRef
  readonly lambdaFunctions?: readonly LambdaFunction[]
  /** Role to assume. */
  readonly roleArn?: string
  /** Account of the functions, if it is another. */
  readonly awsAccountId?: string
  readonly disableRoleChaining?: boolean
  /** For every route to this upstream, where the route says nothing. */
  readonly destinationOverrides?: AwsDestinationSpec
  /**
   * Address of the Lambda API, for China, GovCloud, VPC endpoints and local stand-ins. Default: by region.
   * @remarks headgate extension
   */
  readonly endpoint?: string
}

/** One function. */
export interface LambdaFunction {
  /** What routes call it. */
  readonly logicalName?: string
  readonly lambdaFunctionName: string
  /** Version or alias. */
  readonly qualifier?: string
}

/** Functions of one app. Source: Gloo `azure.proto`. */
export interface AzureUpstream {
  readonly functionAppName: string
  /** An Azure secret with the functions' keys. */
  readonly secretRef?: ResourceRef
  readonly functions?: readonly AzureFunction[]
}

/** One function. */
export interface AzureFunction {
  readonly functionName: string
  /** Which key it wants. Default `Anonymous`: none. */
  readonly authLevel?: 'Anonymous' | 'Function' | 'Admin'
}

/** A service of Google Cloud. Source: Gloo `gcp.proto`. */
export interface GcpUpstream {
  /** Such as `hello-abc.a.run.app`. */
  readonly host: string
  /** Audience of the identity token. Default `https://<host>`. */
  readonly audience?: string
}
