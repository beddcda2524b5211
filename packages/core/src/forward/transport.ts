export * from '../cluster/transport.ts'
