export { inja } from './inja.ts'
