export {
  type Change,
  type ChangedRoute,
  type ChangedVirtualHost,
  diffRoutes,
  type MovedRoute,
  type RouteDiff,
} from './diff-routes.ts'
export { type ReadIssueCode, readIssueCodes } from './finding.ts'
export { type LoadOptions, loadFiles } from './load-files.ts'
export { locate } from './locate.ts'
export { type ParseOptions, parseYaml } from './parse-yaml.ts'
export { toYaml } from './to-yaml.ts'
export { type FileWatch, type Reload, type WatchOptions, watchFiles } from './watch-files.ts'
