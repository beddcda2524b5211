/** Which other origins may read responses. Route and virtual host policies are merged field by field. Source: Gloo `cors.proto`. */
export interface CorsPolicy {
  /** Origins, exactly. */
  readonly allowOrigin?: readonly string[]
  /** RE2 expressions for whole origins. */
  readonly allowOriginRegex?: readonly string[]
  readonly allowMethods?: readonly string[]
  readonly allowHeaders?: readonly string[]
  readonly exposeHeaders?: readonly string[]
  /** Value of `access-control-max-age`, passed on as it is written. */
  readonly maxAge?: string
  /** Default false. */
  readonly allowCredentials?: boolean
  /** No CORS on this route. Default false. */
  readonly disableForRoute?: boolean
}

/** How the policies of a virtual host and a route are put together. */
export interface CorsPolicyMergeSettings {
  /** `UNION` joins the two lists. `DEFAULT`: the route's wins. */
  readonly exposeHeaders?: 'DEFAULT' | 'UNION'
}
