import { Gateway, type GatewayConfig, type UpstreamDriver } from '@headgate/core'

/** Kinds of upstream that packages of their own bring drivers for. */
const foreignKinds = ['kube', 'consul', 'awsEc2', 'aws', 'azure', 'gcp'] as const

/** A gateway to be asked, not to be served: it opens no connection, and knows every kind of upstream. */
export function offlineGateway(config: GatewayConfig): Gateway {
  const drivers = foreignKinds.map(
    (kind): UpstreamDriver => ({
      kind,
      open: () => ({
        send() {
          throw new Error('nothing is sent')
        },
      }),
    }),
  )
  return new Gateway(config, { drivers })
}
