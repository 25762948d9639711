/**
 * First steps: what `homecoming` alone says.
 */
export const FIRST_STEPS = `Homecoming lets people take a database on the road and come home with every edit accounted for.

See what there is:      homecoming --help
See one command:        homecoming explain --help
See your settings:      homecoming config
What an error means:    homecoming explain PACKET_GAP
`
