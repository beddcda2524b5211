import http from 'node:http'
import httpProxy from 'http-proxy'
import { badGateway, keepAliveAgent, listen, originUrl } from './peer.mjs'

const proxy = httpProxy.createProxyServer({ target: originUrl, agent: keepAliveAgent() })
proxy.on('error', (_error, _request, response) => badGateway(response))
listen(http.createServer((request, response) => proxy.web(request, response)))
