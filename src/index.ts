/**
 * Homecoming: the public surface.
 */
export { REGISTRY } from './core/error-registry.ts'
export { type ErrorCode, type ErrorEntry, HomecomingError } from './core/errors.ts'
