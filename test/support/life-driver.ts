/**
 * Run by tests that need a process of its own: `life-driver.ts FOLDER STEP …`
 *   kill POINT NTH  runs the step and kills itself at the nth time (from 1) it comes to the point: nothing is tidied up
 *   try             runs the step and prints `{ code, hint, message }` of the refusal, or `{}`
 *   on              goes on from that step to the end of the life and prints what it has come to
 */
import { type CrashPoint, setCrashHook } from '../../src/core/crash-points.ts'
import { HomecomingError } from '../../src/core/errors.ts'
import { outcome, runStep, STEPS, type Step } from './life.ts'

const [folder, step, how, point, nth] = process.argv.slice(2) as [
  string,
  Step,
  'kill' | 'try' | 'on',
  CrashPoint?,
  string?,
]

const WAYS = {
  kill: () => dieAt(point!, Number(nth)),
  try: tryStep,
  on: liveOn,
}
await WAYS[how]()

async function dieAt(wanted: CrashPoint, time: number): Promise<void> {
  let count = 0
  setCrashHook(reached => {
    if (reached === wanted && ++count === time) process.kill(process.pid, 'SIGKILL')
  })
  await runStep(folder, step)
}

async function tryStep(): Promise<void> {
  try {
    await runStep(folder, step)
    console.log('{}')
  } catch (error) {
    if (!(error instanceof HomecomingError)) throw error
    console.log(JSON.stringify({ code: error.code, hint: error.hint, message: error.message }))
  }
}

async function liveOn(): Promise<void> {
  for (const next of STEPS.slice(STEPS.indexOf(step))) await runStep(folder, next)
  console.log(JSON.stringify(await outcome(folder)))
}
