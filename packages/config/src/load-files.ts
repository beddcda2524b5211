import type { GatewayConfig } from '@headgate/core'
import { configOf, readFiles } from './read-files.ts'

/** Options of {@link loadFiles}. */
export interface LoadOptions {
  /** The folder that paths are relative to. Default: the current one. */
  readonly cwd?: string
}

/**
 * Reads Gloo resources from YAML and JSON files into one configuration, as `parseYaml` does from a text.
 *
 * @param paths a file, a folder (then all `.yaml`, `.yml` and `.json` files in and below it, but nothing whose name starts
 * with a dot) or a pattern with `*`, `?` and `**`; or several of these
 * @throws ConfigError, as a rejection, with everything that is wrong: with any of the files, a path that stands for no
 * file, files without a single resource
 */
export async function loadFiles(
  paths: string | readonly string[],
  { cwd = process.cwd() }: LoadOptions = {},
): Promise<GatewayConfig> {
  return configOf(await readFiles(typeof paths === 'string' ? [paths] : paths, cwd))
}
