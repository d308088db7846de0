import type { Count, Durations, Labels } from '@hotline/core'
import { DURATION_BUCKETS } from '@hotline/core'

/** Metrics in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export class PrometheusText {
  readonly #lines: string[] = []

  counter(name: string, help: string, counts: readonly Count[]): this {
    return this.#simple(name, 'counter', help, counts)
  }

  gauge(name: string, help: string, counts: readonly Count[]): this {
    return this.#simple(name, 'gauge', help, counts)
  }

  histogram(name: string, help: string, all: readonly Durations[]): this {
    this.#head(name, 'histogram', help)
    for (const { labels, counts, count, sum } of all) {
      let below = 0
      for (const [index, bound] of DURATION_BUCKETS.entries()) {
        below += counts[index] ?? 0
        this.#line(`${name}_bucket`, { ...labels, le: String(bound) }, below)
      }
      this.#line(`${name}_bucket`, { ...labels, le: '+Inf' }, count)
      this.#line(`${name}_sum`, labels, sum)
      this.#line(`${name}_count`, labels, count)
    }
    return this
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }

  #simple(name: string, type: string, help: string, counts: readonly Count[]): this {
    this.#head(name, type, help)
    for (const { labels, value } of counts) this.#line(name, labels, value)
    return this
  }

  #head(name: string, type: string, help: string): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
  }

  #line(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
    this.#lines.push(pairs.length === 0 ? `${name} ${value}` : `${name}{${pairs.join(',')}} ${value}`)
  }
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
