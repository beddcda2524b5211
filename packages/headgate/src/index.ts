export * from '@headgate/core'
export * from '@headgate/node'
export * from '@headgate/undici'
export { Gateway } from './gateway.ts'
