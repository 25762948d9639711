/** One undisturbed life, with a copy of everything as it was before each step: where a test of a disturbed one begins. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome, outcome, runStep, STEPS, type Step } from './life.ts'

export class LifeBefore {
  readonly root = mkdtempSync(join(tmpdir(), 'homecoming-life-'))
  undisturbed!: Outcome

  /** @param around runs each step, for a test that wants to look on */
  async live(
    around: (step: Step, run: () => Promise<void>) => Promise<void> = (_, run) => run(),
  ): Promise<void> {
    const folder = join(this.root, 'undisturbed')
    mkdirSync(folder)
    for (const step of STEPS) {
      cpSync(folder, this.#before(step), { recursive: true })
      await around(step, () => runStep(folder, step))
    }
    this.undisturbed = await outcome(folder)
  }

  #before(step: Step): string {
    return join(this.root, `before ${step}`)
  }

  /** @returns `folder`, with everything in it as it was before the step */
  restore(step: Step, folder = mkdtempSync(join(this.root, 'again-'))): string {
    cpSync(this.#before(step), folder, { recursive: true })
    return folder
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
