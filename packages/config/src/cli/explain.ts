import { GatewayRequest, HeaderMap, localClient } from '@headgate/core'
import { loadFiles } from '../load-files.ts'
import { atLeastOne, oneOf, readArguments } from './arguments.ts'
import { offlineGateway } from './offline-gateway.ts'
import { type Command, exitCodes, UsageError } from './terminal.ts'

/** `headgate explain`. */
export const explain: Command = {
  usage: `Usage: headgate explain <files, folders or patterns> <METHOD> <URL> [-H 'name: value']...
                        [--client ADDRESS] [--gateway NAME] [--format text|json]

Says where a request would go and why, with the code that routes real requests. Nothing is sent.

  <URL>           such as http://api.example.com/users?page=2, or a path alone: then -H host says the rest
  -H, --header    a header of the request; may be repeated
  --client        address that the request comes from. Default: 127.0.0.1
  --gateway       name of the Gateway resource that it comes in on. Default: all of them in turn
  --format        text (default) or json`,
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      header: { type: 'string', short: 'H', multiple: true, default: [] },
      client: { type: 'string', default: localClient.address },
      gateway: { type: 'string' },
      format: { type: 'string', default: 'text' },
    })
    const format = oneOf('format', values.format, ['text', 'json'])
    const [method, url] = positionals.slice(-2)
    if (positionals.length < 3 || method === undefined || url === undefined)
      throw new UsageError('say which files, which METHOD and which URL')
    const paths = atLeastOne(positionals.slice(0, -2))
    const gateway = offlineGateway(await loadFiles(paths, { cwd: terminal.cwd }))
    const names = values.gateway === undefined ? gateway.listeners : [gateway.listener(values.gateway).name]
    const explanations = names.map((name) =>
      gateway.explain(requestOf(method, url, values.header, values.client), { gateway: name }),
    )
    if (format === 'json')
      terminal.out(JSON.stringify(explanations.length === 1 ? explanations[0] : explanations, null, 2))
    else terminal.out(explanations.map(String).join('\n\n'))
    await gateway.close()
    return exitCodes.done
  },
}

/** What is asked for is taken as it is written: the gateway has its own rules for what is odd in a URL. */
function requestOf(method: string, url: string, lines: readonly string[], address: string): GatewayRequest {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(method)) throw new UsageError(`"${method}" is not a method`)
  const [, scheme = 'http', authority, rest = url] = /^(?:(https?):\/\/([^/?#]*))?([^#]*)/.exec(url) ?? []
  if (authority === undefined && !rest.startsWith('/') && rest !== '*')
    throw new UsageError(`"${url}" is neither a URL with http:// or https:// nor a path`)
  const headers = new HeaderMap()
  for (const line of lines) {
    const colon = line.indexOf(':', 1)
    if (colon < 0) throw new UsageError(`a header is written 'name: value', not "${line}"`)
    headers.append(line.slice(0, colon).trim(), line.slice(colon + 1).trim())
  }
  if (!headers.has('host')) headers.set('host', authority ?? 'localhost')
  const target = rest.startsWith('/') || rest === '*' ? rest : `/${rest}`
  const client = { ...localClient, address, secure: scheme === 'https' }
  return new GatewayRequest(method, target, headers, null, client)
}
