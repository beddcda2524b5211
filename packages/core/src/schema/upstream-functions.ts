import type {
  AwsUpstream,
  AzureFunction,
  AzureUpstream,
  GcpUpstream,
  LambdaFunction,
} from '../config/upstream-functions.ts'
import { hostAddress } from './addresses.ts'
import { resourceRef } from './common.ts'
import { awsDestinationSpec } from './destination.ts'
import { extension, type Field } from './field.ts'
import { enumeration, flag, list, message, required, text } from './protobuf-json.ts'
import { notEmpty } from './text-rules.ts'

export const awsUpstream: Field<AwsUpstream> = message<AwsUpstream>('AwsUpstream', {
  region: required(text(notEmpty)),
  secretRef: resourceRef,
  lambdaFunctions: list(
    message<LambdaFunction>('LambdaFunction', {
      logicalName: text(notEmpty),
      lambdaFunctionName: required(text(notEmpty)),
      qualifier: text(),
    }),
  ),
  roleArn: text(),
  awsAccountId: text(),
  disableRoleChaining: flag(),
  destinationOverrides: awsDestinationSpec,
  endpoint: extension(text(notEmpty)),
})

export const azureUpstream: Field<AzureUpstream> = message<AzureUpstream>('AzureUpstream', {
  functionAppName: required(text(notEmpty)),
  secretRef: resourceRef,
  functions: list(
    message<AzureFunction>('AzureFunction', {
      functionName: required(text(notEmpty)),
      authLevel: enumeration('Anonymous', 'Function', 'Admin'),
    }),
  ),
})

export const gcpUpstream: Field<GcpUpstream> = message<GcpUpstream>('GcpUpstream', {
  host: required(text(hostAddress)),
  audience: text(notEmpty),
})
