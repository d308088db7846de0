import { sqlite } from '@hotline/sqlite'

export default sqlite
