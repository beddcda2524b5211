import http from 'node:http'
import { createProxyServer } from 'http-proxy-3'
import { badGateway, keepAliveAgent, listen, originUrl } from './peer.mjs'

const proxy = createProxyServer({ target: originUrl, agent: keepAliveAgent() })
proxy.on('error', (_error, _request, response) => badGateway(response))
listen(http.createServer((request, response) => proxy.web(request, response)))
