import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Charts } from './charts.tsx'
import { EventFeed } from './event-feed.tsx'
import type { JobFilter } from './job-filter.ts'
import { JobList } from './job-list.tsx'
import { JobPage } from './job-page.tsx'
import type { PageModel } from './page-model.ts'
import { Slots } from './slots.tsx'
import { Status } from './status.tsx'

/** The whole page: of all jobs, or of the one that the address names, as in `#/jobs/ID`. */
export function App({ model }: { readonly model: PageModel }): JSX.Element {
  const [filter, setFilter] = useState<JobFilter>({ group: 'all', text: '' })
  const id = /^#\/jobs\/(.+)$/.exec(location.hash)?.[1]
  return (
    <>
      <header>
        <a class="name" href="#/">
          hotline
        </a>
        <Status model={model} />
      </header>
      {id === undefined ? (
        <main class="board">
          <aside>
            <Slots model={model} />
            <EventFeed model={model} />
          </aside>
          <section>
            <Charts model={model} />
            <JobList model={model} filter={filter} onFilter={setFilter} />
          </section>
        </main>
      ) : (
        <JobPage key={id} id={decodeURIComponent(id)} model={model} />
      )}
    </>
  )
}
