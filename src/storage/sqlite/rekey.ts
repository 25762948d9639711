import { HomecomingError } from '../../core/errors.ts'
export async function rekeyDatabase(_path: string, _from: Uint8Array, _to: Uint8Array): Promise<void> {
  throw new HomecomingError('USAGE', 'not built yet')
}
