/**
 * Row: one figure of the benchmark beside its aim.
 * Shape: `ratio` is baseline time / our time where more is better (">="), our time / baseline time where less is
 *        ("<="). The aim is about the ratio; where there is no baseline, about the value.
 */
export interface Row {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly baseline: number | null
  readonly ratio: number | null
  readonly aim: Aim
  readonly ok: boolean
}

export type Aim = `${'>=' | '<='} ${string}`

/** A figure by itself. */
export function figure(name: string, value: number, unit: string, aim: Aim): Row {
  const shown = rounded(value)
  return { name, value: shown, unit, baseline: null, ratio: null, aim, ok: reached(shown, aim) }
}

export interface Compared {
  readonly ours: number
  readonly baseline: number
}

/** A figure beside the baseline of the same run, both in the same unit. */
export function compared(name: string, { ours, baseline }: Compared, unit: string, aim: Aim): Row {
  const ratio = rounded(aim.startsWith('>=') ? baseline / ours : ours / baseline)
  return {
    name,
    value: rounded(ours),
    unit,
    baseline: rounded(baseline),
    ratio,
    aim,
    ok: reached(ratio, aim),
  }
}

function reached(value: number, aim: Aim): boolean {
  const bound = Number(aim.slice(3))
  return aim.startsWith('>=') ? value >= bound : value <= bound
}

/** Three digits that matter: what is beyond them changes from run to run. */
const rounded = (value: number): number => Number(value.toPrecision(4))
