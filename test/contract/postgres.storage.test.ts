/** PostgreSQL under the storage contract. */
import { postgresGround } from './storage/postgres-ground.ts'
import { storageContract } from './storage-contract.ts'

const reason = 'not built yet'

storageContract('PostgreSQL', () => postgresGround(), {
  skip: [
    { test: 'a file that is no database is refused, with and without a key', reason },
    { test: 'an empty file is no database', reason },
    { test: 'an encrypted database needs its key', reason },
    { test: 'another key does not open an encrypted database, and does it no harm', reason },
    { test: 'a wrong or missing key is told apart from damage while the database is open elsewhere', reason },
    { test: 'a key does not open a database that is not encrypted', reason },
    { test: 'nothing that is written into an encrypted database can be read in its file', reason },
    { test: 'a table on which others depend by cascade has side effects, others have none', reason },
    { test: 'references have to hold in the end, not row by row', reason },
    { test: 'capture logs what is written: by the default associate, or by who acts', reason },
    { test: 'who acts, and whether capture is on, ends with the transaction', reason },
    { test: 'capture can be switched off and on inside a transaction', reason },
    { test: 'a change that is rolled back is not logged', reason },
    { test: 'what capture refuses is an error with its own code, and refused in an attempt', reason },
    { test: 'installed capture misses nothing, removed capture everything', reason },
    { test: 'our own triggers are no side effects', reason },
    { test: 'every log row gets the next position once', reason },
    { test: 'the log is read again between positions, in order, in batches', reason },
    { test: 'rows that a packet brings are appended with positions of their own', reason },
    { test: 'positions that are jumped over hold no row, and reading and pruning pass over them', reason },
    { test: 'a jump to where the log has got already is none', reason },
    { test: 'pruning takes rows away up to a position, and a reader who needs them is told', reason },
    { test: 'a copied table has every row, its unique keys and its indexes', reason },
    { test: 'a condition chooses the rows, and may ask other tables', reason },
    { test: 'a copy may be of another form than its source: fields in the order of the dictionary', reason },
    { test: 'a copy under a key opens with that key only, whatever its source was', reason },
    { test: 'a copy without a key is plain, also of an encrypted source', reason },
    { test: 'a copy holds nothing else, not even what was deleted from its source', reason },
    { test: 'a copy shows one moment, and changes go on meanwhile', reason },
    { test: 'a copy that fails is removed', reason },
    { test: 'what finishes a copy finds the rows there, and adds to them', reason },
    { test: 'a copy that cannot be finished is removed, and its source goes on as before', reason },
    { test: 'a copy goes over nothing that is there', reason },
    {
      test: 'a re-keyed database is open, opens with the new key only from then on, and holds the same',
      reason,
    },
    { test: 'a re-key with a wrong key changes nothing', reason },
    { test: 'a database that somebody has open is not re-keyed', reason },
    { test: 'a backup is a whole copy of a database in use, under the same key', reason },
  ],
})
