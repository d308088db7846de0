import { Box, Text, useInput } from 'ink'
import { createElement, memo, type ReactElement } from 'react'
import { keyNames } from './key-name.ts'

interface ScreenProps {
  readonly lines: readonly string[]
  readonly onKey: (name: string) => void
}

/** Lines that are made already: a line that is as before costs no layout. */
export function Screen({ lines, onKey }: ScreenProps): ReactElement {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name)
  })
  const rows = lines.map((line, index) => createElement(Row, { key: index, line }))
  return createElement(Box, { flexDirection: 'column' }, rows)
}

const Row = memo(
  ({ line }: { readonly line: string }): ReactElement =>
    createElement(Text, { wrap: 'truncate' }, line === '' ? ' ' : line),
)
