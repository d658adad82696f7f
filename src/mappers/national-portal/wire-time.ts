import { type WallClockFormat, wallClockFormat } from '../../domain/index.js'

/** contracts/national-portal.md §5.12 */
export const wireTimeFormat: WallClockFormat = wallClockFormat('yyyyMMddHHmmss')
