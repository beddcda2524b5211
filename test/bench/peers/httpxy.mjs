import http from 'node:http'
import { createProxyServer } from 'httpxy'
import { badGateway, listen, originUrl } from './peer.mjs'

const proxy = createProxyServer({})
listen(
  http.createServer((request, response) => {
    proxy.web(request, response, { target: originUrl }).catch(() => badGateway(response))
  }),
)
