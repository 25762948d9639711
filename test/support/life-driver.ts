/**
 * Run by the kill test in a process of its own: `life-driver.ts FOLDER STEP [POINT NTH]`.
 * With a point, the process kills itself when it comes there for the nth time (from 1): SIGKILL, nothing is tidied up.
 * Without, it goes on from that step to the end of the life and prints what it has come to.
 */
import { type CrashPoint, setCrashHook } from '../../src/core/crash-points.ts'
import { outcome, runStep, STEPS, type Step } from './life.ts'

const [folder, step, point, nth] = process.argv.slice(2) as [string, Step, CrashPoint?, string?]

if (point) await dieAt(point, Number(nth))
else await liveOn()

async function dieAt(wanted: CrashPoint, time: number): Promise<void> {
  let count = 0
  setCrashHook(reached => {
    if (reached === wanted && ++count === time) process.kill(process.pid, 'SIGKILL')
  })
  await runStep(folder, step)
}

async function liveOn(): Promise<void> {
  for (const next of STEPS.slice(STEPS.indexOf(step))) await runStep(folder, next)
  console.log(JSON.stringify(await outcome(folder)))
}
