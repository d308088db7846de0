import { LiveModel, type LiveScene } from '@hotline/core'
import { expect, test } from 'vitest'
import { idOf, usualLog } from '../testing/scripted-log.ts'
import { pressed } from './pressed.ts'
import { initialState, type Order, type ScreenState } from './screen-state.ts'

const model = new LiveModel()
for (const observation of usualLog().seen) model.see(observation)
const scene = model.scene()

/** The state after some keys, and what they asked for. */
function after(
  keys: readonly string[],
  seen: LiveScene = scene,
): { readonly state: ScreenState; readonly orders: Order[] } {
  const orders: Order[] = []
  let state = initialState()
  for (const key of keys) {
    const { state: next, order } = pressed(state, key, seen)
    state = next
    if (order !== undefined) orders.push(order)
  }
  return { state, orders }
}

test('goes through the list and stays within it', () => {
  expect(after(['j', 'down']).state.selected).toBe(idOf('4'))
  expect(after(['j', 'k', 'up', 'pageup']).state.selected).toBe(idOf('6'))
  expect(after(['G']).state.selected).toBe(idOf('1'))
  expect(after(['pagedown', 'g']).state.selected).toBe(idOf('6'))
})

test('a selection stays with its job when the order changes', () => {
  const { state } = after(['j', 's', 's'])
  expect([state.selected, state.sort]).toEqual([idOf('5'), 'task'])
})

test('cancels what is confirmed, and nothing else', () => {
  expect(after(['G', 'c', 'y']).orders).toEqual([{ type: 'cancel', id: idOf('1') }])
  for (const key of ['n', 'escape', 'enter', 'c', ' ']) {
    const { state, orders } = after(['G', 'c', key])
    expect([state.mode.kind, orders]).toEqual(['list', []])
  }
  expect(after(['c']).state).toMatchObject({
    mode: { kind: 'list' },
    notice: { text: expect.stringContaining('cancelled') },
  })
})

test('asks about the selected job, and cancels, pauses and looks on from a panel', () => {
  const { state, orders } = after(['G', 'enter', 't', 'e', 'r', 'p', 'c', 'y'])
  expect(orders.map((order) => ('what' in order ? order.what : order.type))).toEqual([
    ...['details', 'traceback', 'explain', 'result'],
    ...['pause', 'cancel'],
  ])
  expect(state.mode.kind).toBe('list')
  const paused = { ...scene, paused: ['media'] }
  expect(after(['G', 'p'], paused).orders).toEqual([{ type: 'resume', queue: 'media' }])
})

test('chooses an attempt that there is', () => {
  const mode = (...keys: readonly string[]) => after(['j', 't', ...keys]).state.mode
  expect(mode('left')).toMatchObject({ attempt: 1 })
  expect(mode('left', 'left', 'right', 'right')).toMatchObject({ attempt: 2 })
  expect(mode('9')).toMatchObject({ attempt: 2 })
})

test('types a filter, which Esc takes back, and which keys of the list do not disturb', () => {
  expect(after(['/', ...'jq c', 'backspace', 'enter']).state).toMatchObject({
    filter: 'jq ',
    mode: { kind: 'list' },
  })
  expect(after(['/', ...'ab', 'enter', '/', 'x', 'escape']).state.filter).toBe('ab')
  expect(after(['/', ...'ab', 'enter', 'escape']).state.filter).toBe('')
})

test('freezes what is shown, and lets it go on', () => {
  expect(after([' ']).state.frozen).toBe(scene)
  expect(after([' ', ' ']).state.frozen).toBeUndefined()
})

test('q quits from anywhere but a filter', () => {
  for (const keys of [['q'], ['?', 'q'], ['enter', 'q']])
    expect(after(keys).orders.at(-1)).toEqual({ type: 'quit' })
  expect(after(['/', 'q']).orders).toEqual([])
})

test('an empty list takes every key', () => {
  const empty = new LiveModel().scene()
  for (const key of ['j', 'k', 'enter', 't', 'r', 'e', 'c', 'p', 's', ' ', 'w', '?', 'G'])
    expect(() => after([key, key], empty)).not.toThrow()
})
