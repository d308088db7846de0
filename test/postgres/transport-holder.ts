import { postgres } from '@hotline/postgres'

export default postgres
