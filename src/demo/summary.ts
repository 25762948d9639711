/**
 * Summary: the story as one object for programs. The same seed gives the same figures, but for `seconds`.
 */
import { type Account, sum } from './account.ts'
import type { Mishap } from './post.ts'
import type { Story } from './story.ts'

export function summary(story: Story) {
  const { stage, accounts, sameness, packets, inTheCity } = story
  const { far } = stage.branch
  return {
    identical: sameness.identical,
    seed: story.seed,
    folder: stage.folder,
    ledger: sum(accounts),
    travellers: accounts.map(({ traveller, held, ...account }) => ({
      name: traveller.person.login,
      database: stage.kept(traveller.paths.database),
      key: stage.kept(traveller.paths.key),
      ...account,
    })),
    satellites: [
      {
        name: 'bergen',
        number: stage.branch.number,
        database: stage.kept(stage.branch.database),
        passedOn: inTheCity.passedOn,
        ledger: verdictsOnly(inTheCity.account.satellite),
        travellers: [
          {
            name: far.person.login,
            database: stage.kept(far.paths.database),
            key: stage.kept(far.paths.key),
            created: inTheCity.account.far.created,
            ...verdictsOnly(inTheCity.account.far),
          },
        ],
      },
    ],
    packets: {
      ...packets,
      lost: happened(story, 'lost'),
      repeated: happened(story, 'repeated'),
      reordered: happened(story, 'reordered'),
      quarantined: happened(story, 'damaged'),
    },
    seconds: Math.round(story.seconds * 10) / 10,
  }
}

const verdictsOnly = (account: Omit<Account, 'created'>) => sum([{ ...account, created: 0 }])

const happened = ({ incidents }: Story, mishap: Mishap): number =>
  incidents.filter(({ what }) => what === mishap).length
