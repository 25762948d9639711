import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commands, History } from '../support/history.ts'
import { notebook } from '../support/notebook.ts'
import { fillNotebook, notebookPlayground } from '../support/notebook-world.ts'
import { openOffice } from '../support/office.ts'

const RUNS = Number(process.env.HOMECOMING_TEST_RUNS ?? 40)

test('after any history, everyone holds the same and every edit is accounted for', async () => {
  await fc.assert(
    fc.asyncProperty(commands(40), async history => {
      await using office = await openOffice({ dictionary: notebook, fill: fillNotebook })
      const laptops = [await office.leave('ee'), await office.leave('jo')]
      const life = new History(office, laptops, notebookPlayground)
      await life.run(history)
      await life.settle()
      expect(await life.check()).toEqual([])
    }),
    { numRuns: RUNS },
  )
}, 600_000)
