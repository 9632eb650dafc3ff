/** A service in a program of one's own: `createService` starts it, to be mounted in a server or to listen by itself. @module */
export { createService, type ListenOptions, type Service } from './server/create-service.ts'
export type { ServiceOptions } from './server/service-options.ts'
