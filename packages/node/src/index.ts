export { attach } from './attach.ts'
export { type NodeHandler, type NodeHandlerOptions, nodeHandler } from './handler.ts'
export { systemResolver } from './resolver.ts'
export { type RunningServer, type ServeOptions, serve } from './serve.ts'
