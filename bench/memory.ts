/**
 * Memory: the highest resident size of a process that runs one step, Node included, each step in a process of its own.
 * Every record is changed at the office and every second one away, so that the packets are as large as they can be.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { STEPS, type Step } from './memory-step.ts'
import type { Place } from './place.ts'
import { figure, type Row } from './row.ts'

/** As `bin/homecoming` starts it: V8's young generation would take 80 MB more and save 5 % of the time. */
const AS_LAUNCHED = ['--max-semi-space-size=4']
const PROGRAM = fileURLToPath(new URL('memory-step.ts', import.meta.url))

export async function memoryRow(place: Place): Promise<Row[]> {
  const folder = place.path('memory')
  let highest = 0
  for (const step of Object.keys(STEPS) as Step[]) {
    const megabytes = await measure(step, folder, place.sizes.large)
    place.say(`${step}: ${Math.round(megabytes)} MB`)
    if (STEPS[step].measured) highest = Math.max(highest, megabytes)
  }
  return [figure('memory', highest, 'MB', '<= 300')]
}

/** @returns megabytes, as the process itself reads them from the system at its end */
function measure(step: Step, folder: string, records: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...AS_LAUNCHED, PROGRAM, step, folder, String(records)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(Number(output))
      else reject(new Error(`step ${step} ended with ${code}`))
    })
  })
}
