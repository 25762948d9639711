/**
 * One form: of values that may be written in several, the form that a server gives them. So that two databases that hold
 * the same hash the same, whichever of them keeps what was written.
 * Shape:  by the type of the field; what is in that form already, nearly everything, costs a glance.
 * Never:  makes one of what differs: what rounds or sorts a value changes it, and its sender is told (apply/rewritten.ts).
 */
import { sameValue, type Value } from '../core/values.ts'
import type { Field, FieldType } from '../dictionary/model.ts'

/** @returns undefined: values of this type have one form only */
export function oneFormOf(type: FieldType): ((value: Value) => Value) | undefined {
  return FORMS[type]
}

/** Whether two databases that have these hold the same. */
export function sameInOneForm({ type }: Field, one: Value | undefined, other: Value | undefined): boolean {
  const [a, b] = [one ?? null, other ?? null]
  if (sameValue(a, b)) return true
  const form = oneFormOf(type)
  return form !== undefined && form(a) === form(b)
}

const FORMS: Partial<Record<FieldType, (value: Value) => Value>> = {
  decimal: value => (typeof value === 'number' ? decimal(String(value)) : ofText(decimal, value)),
  uuid: value => ofText(uuid, value),
  date: value => ofText(date, value),
  datetime: value => ofText(datetime, value),
}

const ofText = (form: (text: string) => string, value: Value): Value =>
  typeof value === 'string' ? form(value) : value

const PLAIN_DECIMAL = /^-?[1-9]\d*(\.\d+)?$/
const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i

/** All its digits, also zeros at the end; `1e2` is 100 and `.5` is 0.5. */
function decimal(text: string): string {
  if (PLAIN_DECIMAL.test(text)) return text
  const [, sign, before = '', after = '', exponent = '0'] = DECIMAL.exec(text) ?? []
  if (sign === undefined || before + after === '') return text
  const scale = Math.max(0, after.length - Number(exponent))
  const zeros = Math.max(0, Number(exponent) - after.length)
  const digits = (before + after + '0'.repeat(zeros)).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale).replace(/^0+(?=\d)/, '')
  const part = scale > 0 ? `.${digits.slice(-scale)}` : ''
  return `${sign === '-' && /[1-9]/.test(digits) ? '-' : ''}${whole}${part}`
}

const UUID = /^\{?([\da-f]{8})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{4})-?([\da-f]{12})\}?$/

function uuid(text: string): string {
  const parts = UUID.exec(text.toLowerCase())
  return parts ? parts.slice(1).join('-') : text
}

const DATE = /^(\d{4})-(\d\d?)-(\d\d?)$/

function date(text: string): string {
  if (text.length === 10) return text
  const [, year, month, day] = DATE.exec(text) ?? []
  return year === undefined ? text : `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
}

const PLAIN_TIME = '2026-11-21T04:05:06Z'.length
const TIME =
  /^([1-9]\d{3})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(?:Z|([+-])(\d\d):?(\d\d)?)?$/

/** In UTC, to the millionth of a second, fractions only where there are any. */
function datetime(text: string): string {
  if (text.length === PLAIN_TIME && text.endsWith('Z') && text[10] === 'T') return text
  const [, year, month, day, hour, minute, second = '0', part = '0', sign, hours = '0', minutes = '0'] =
    TIME.exec(text) ?? []
  if (year === undefined) return text
  const ahead = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  const millionths = Math.round(Number(`0.${part}`) * 1e6)
  const seconds = Number(second) + Math.floor(millionths / 1e6)
  const at = Date.UTC(+year, Number(month) - 1, Number(day), Number(hour), Number(minute) - ahead, seconds)
  const fraction = String(millionths % 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return `${new Date(at).toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`
}
