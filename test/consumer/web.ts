export * from '@headgate/core'
