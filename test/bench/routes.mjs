/** Prefix of the route with that number. */
export function routePrefix(index) {
  return `/service-${index}/api`
}

/** A path below it that the origin answers like `/`. */
export function routePath(index) {
  return `${routePrefix(index)}/items?page=1`
}
