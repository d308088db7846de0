export { ACTIVE, inertLines, inertText } from '@hotline/core'
