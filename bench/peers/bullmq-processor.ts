import { burn } from '../burn.ts'

export default async ({ data }: { readonly data: { readonly ms: number } }): Promise<number> => {
  burn(data.ms)
  return data.ms
}
