import { z } from 'zod'
import { messageNames, noteOf } from './field.ts'
import { gatewayConfig } from './gateway-config.ts'

/** JSON Schema (draft 2020-12) of the whole configuration, for editors. It knows types and names, not the rules between fields. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  const schema = z.toJSONSchema(gatewayConfig, {
    metadata: messageNames,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { status, because = '', jsonSchema: more } = noteOf(zodSchema)
      Object.assign(jsonSchema, more)
      if (status === 'later') jsonSchema.description = `Not implemented yet; planned with ${because}.`
      if (status === 'never') jsonSchema.description = `Not supported. ${because}`
      if (status === 'never') jsonSchema.deprecated = true
    },
  })
  return { title: 'headgate configuration', ...schema }
}
