export { type ReadIssueCode, readIssueCodes } from './finding.ts'
export { type LoadOptions, loadFiles } from './load-files.ts'
export { locate } from './locate.ts'
export { type ParseOptions, parseYaml } from './parse-yaml.ts'
