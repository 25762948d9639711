/**
 * First steps: what `homecoming` alone says.
 */
export const FIRST_STEPS = `Homecoming lets people take a database on the road and come home with every edit accounted for.

Try it, in an empty folder:
  homecoming create central.db --records 2000    a central database with demo data
  homecoming activate central.db                 from now on every change is captured
  homecoming associate grant central.db ee       ee may travel
  homecoming prototype build central.db          a copy to leave with
  homecoming go central.db ee --to laptop        ee leaves: laptop/travel.db
  homecoming exchange laptop/travel.db           while away: news up, news down
  homecoming home laptop/travel.db               home again, every edit accounted for

Where things stand:     homecoming status central.db
All commands:           homecoming --help
What an error means:    homecoming explain PACKET_GAP
`
