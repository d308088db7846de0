import { describe, expect, test } from 'vitest'
import { explore } from './explore.ts'
import type { Rule } from './rules.ts'
import { RULES } from './rules.ts'
import { SCENES } from './scenes.ts'

/** Exhausted in some 8 s on one core; on a busy one that takes longer. */
const LIMIT_MS = 120_000

describe('with all rules, no promise is broken in any state where', () => {
  test.each(SCENES)('$name', { timeout: LIMIT_MS }, (scene) => {
    const { states, taken, violation } = explore(scene)
    expect(violation).toBeUndefined()
    expect(states).toBeGreaterThan(500)
    for (const step of scene.steps) expect(taken.get(step) ?? 0, `times of "${step}"`).toBeGreaterThan(0)
  })
})

describe('a promise is broken without the rule', () => {
  const shown = SCENES.flatMap((scene) => scene.rules.map((rule) => ({ rule, scene })))

  test.each(shown)('$rule, when $scene.name', { timeout: LIMIT_MS }, ({ rule, scene }) => {
    const { violation } = explore({ ...scene, without: rule })
    expect(violation?.what, violation?.steps.join(' > ')).toBe(RULES[rule])
  })

  test('of which each is tried', () => {
    const all: readonly Rule[] = Object.keys(RULES).filter((name): name is Rule => name in RULES)
    expect(new Set(shown.map(({ rule }) => rule))).toEqual(new Set(all))
  })
})
