/** Into how many shards the dossiers of a tenant are divided: as many workers can send for one tenant. Fixed: rows carry theirs. */
export const POSTGRES_SHARDS = 16
