/** The nouns of the project. Readonly, no behaviour. */
export type * from "./types/batches.ts";
export type * from "./types/calls.ts";
export type * from "./types/data.ts";
export type * from "./types/results.ts";
