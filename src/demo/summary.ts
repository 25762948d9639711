/**
 * Summary: the story as one object for programs. The same seed gives the same figures, but for `seconds`.
 */
import { sum } from './account.ts'
import type { Mishap } from './post.ts'
import type { Story } from './story.ts'

export function summary(story: Story) {
  const { stage, accounts, sameness, packets } = story
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

const happened = ({ incidents }: Story, mishap: Mishap): number =>
  incidents.filter(({ what }) => what === mishap).length
