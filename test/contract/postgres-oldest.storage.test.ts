/** The oldest PostgreSQL that must do, under the storage contract, where this machine has it. */
import { describe } from 'vitest'
import { hasOldest, oldestServer } from '../support/postgres-server.ts'
import { postgresGround } from './storage/postgres-ground.ts'
import { storageContract } from './storage-contract.ts'

const reason = 'not built yet'

describe.skipIf(!hasOldest)('PostgreSQL 15, as Debian installs it', () => {
  storageContract('PostgreSQL 15', () => postgresGround(oldestServer()), {
    skip: [
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
    ],
  })
})
