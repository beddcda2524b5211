export * from '../context.ts'
