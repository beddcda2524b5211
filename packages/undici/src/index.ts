export { UndiciTransport } from './transport.ts'
