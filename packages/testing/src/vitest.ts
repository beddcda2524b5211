import type { GatewayRequest } from '@headgate/core'
import { expect } from 'vitest'
import type { SendInit } from './send.ts'
import { type ExpectedReply, toRespond } from './to-respond.ts'
import { toRoute } from './to-route.ts'

declare module 'vitest' {
  interface Matchers<T> {
    /**
     * Passes when the gateway would send the request to an upstream of that name, one share of a split being enough,
     * or when the route that matches has that name. Without a name any route will do. Nothing is sent. The message of
     * a failure is the gateway's whole explanation.
     *
     * @param name `users`, `default.users`, or the name of a route.
     * @example
     * expect(gateway).toRoute('GET http://api.example.com/users/1', 'users')
     * expect(gateway).not.toRoute('/admin')
     */
    toRoute(request: string | GatewayRequest, name?: string, init?: SendInit): void

    /**
     * Sends the request through the gateway and passes when the response has that status, or all that is named:
     * `status`, `text`, `json`, `headers` (lines of one name joined by a comma). Asymmetric matchers may be used.
     *
     * @example
     * await expect(gateway).toRespond('/healthz', 200)
     * await expect(gateway).toRespond('/old', { status: 301, headers: { location: expect.stringMatching(/new$/) } })
     */
    toRespond(request: string | GatewayRequest, expected: ExpectedReply, init?: SendInit): Promise<void>
  }
}

expect.extend({ toRoute, toRespond })
