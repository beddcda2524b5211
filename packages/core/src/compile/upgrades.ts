import type { HttpListenerOptions } from '../config/listener-options.ts'
import type { RouteOptions } from '../config/route-options.ts'

/** Whether a route takes WebSocket: on by default; what the route says comes before what the listener says. */
export function takesWebSocket(options: RouteOptions, listener: HttpListenerOptions): boolean {
  for (const upgrades of [options.upgrades, listener.httpConnectionManagerSettings?.upgrades]) {
    const websocket = upgrades?.find((upgrade) => upgrade.websocket !== undefined)?.websocket
    if (websocket !== undefined) return websocket.enabled ?? true
  }
  return true
}
