/**
 * The whole story by commands alone. Each test is a step and needs the ones before it; the chapters lie in story/.
 */
import { afterAll, describe } from 'vitest'
import { afterwards } from './story/afterwards.ts'
import { inAreas } from './story/areas.ts'
import { away } from './story/away.ts'
import { home } from './story/home.ts'
import { leaving } from './story/leaving.ts'
import { atTheOffice } from './story/office.ts'
import { inAnotherCity } from './story/satellites.ts'
import { Story } from './story/story.ts'

const story = new Story()
afterAll(() => story[Symbol.dispose]())

describe('at the office', () => atTheOffice(story))
describe('leaving', () => leaving(story))
describe('away', () => away(story))
describe('home', () => home(story))
describe('in areas', () => inAreas(story))
describe('in another city', () => inAnotherCity(story))
describe('afterwards', () => afterwards(story))
