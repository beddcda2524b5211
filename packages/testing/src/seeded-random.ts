export { seededRandom } from '@headgate/core'
