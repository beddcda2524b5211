// On plain node:http; for several routes on Express, as its documentation does.
import http from 'node:http'
import express from 'express'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { keepAliveAgent, listen, originUrl, prefixes } from './peer.mjs'

const agent = keepAliveAgent()

function app() {
  const routed = express().disable('x-powered-by').disable('etag')
  for (const prefix of prefixes) routed.use(prefix, createProxyMiddleware({ target: originUrl + prefix, agent }))
  return routed
}

function single() {
  const middleware = createProxyMiddleware({ target: originUrl, agent })
  return (request, response) => middleware(request, response, () => response.writeHead(404).end())
}

listen(http.createServer(prefixes.length === 0 ? single() : app()))
