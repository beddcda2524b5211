import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { expect } from 'vitest'

interface CurlCall {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The answer is printed with its head: `-i`. */
  readonly include: boolean
}

/**
 * Does what the lines `$ curl ...` of a block say, and compares what comes back with the lines behind each: the body, or
 * with `-i` the status, the headers that are shown, and the body. Whatever port the page says, `base` is asked.
 */
export async function runCurl(block: string, base: string): Promise<void> {
  const [, ...sessions] = block.split(/^\$ curl /m)
  if (sessions.length === 0) throw new Error(`the block has no line "$ curl ...":\n${block}`)
  for (const session of sessions) {
    const [command = '', ...shown] = session.split('\n')
    const call = parse(command)
    const { status, reason, headers, body } = await send(call, base)
    const expected = shown.join('\n').trimEnd()
    if (!call.include) {
      expect(body.trimEnd(), command).toBe(expected)
      continue
    }
    const [head = '', ...rest] = expected.split('\n\n')
    const [start, ...fields] = head.split('\n')
    expect(`HTTP/1.1 ${status} ${reason}`, command).toBe(start)
    for (const field of fields) {
      const [name = '', ...value] = field.split(': ')
      expect(`${name}: ${headers[name.toLowerCase()]}`, command).toBe(`${name}: ${value.join(': ')}`)
    }
    expect(body.trimEnd(), command).toBe(rest.join('\n\n'))
  }
}

function parse(command: string): CurlCall {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  let method: string | undefined
  let body = ''
  let url: URL | undefined
  let include = false
  const headers: Record<string, string> = {}
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string
    if (word === '-X') method = words[++index]
    else if (word === '-d') body = words[++index] ?? ''
    else if (word === '-i') include = true
    else if (word === '-H') {
      const [name = '', value = ''] = (words[++index] ?? '').split(': ')
      headers[name.toLowerCase()] = value
    } else if (word.startsWith('-')) throw new Error(`curl ${word}: unknown here`)
    else url = new URL(word.includes('://') ? word : `http://${word}`)
  }
  if (url === undefined) throw new Error(`curl ${command}: no URL`)
  return {
    method: method ?? (body === '' ? 'GET' : 'POST'),
    url,
    headers: { host: url.host, ...headers },
    body,
    include,
  }
}

async function send({ method, url, headers, body }: CurlCall, base: string) {
  const { hostname, port } = new URL(base)
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const path = url.pathname + url.search
  const outgoing = request({ hostname, port, method, path, headers: { ...headers, ...length } })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string
  return { status: response.statusCode, reason: response.statusMessage, headers: response.headers, body: text }
}
