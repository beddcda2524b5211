import type { Step } from './compiled.ts'
import { at, placed } from './failure.ts'
import type { Message } from './message.ts'
import type { PlacedTemplate } from './template.ts'

/** A step that renders a template and does something with the text. */
export function rendering(template: PlacedTemplate, use: (message: Message, text: string) => void): Step {
  const { place } = template
  return (message) => {
    const text = at(place, () => template.render(message))
    if (typeof text === 'string') {
      at(place, () => use(message, text))
      return undefined
    }
    return text.then(
      (settled) => at(place, () => use(message, settled)),
      (error: unknown) => {
        throw placed(place, error)
      },
    )
  }
}
