/** The compiled kernels of module A over a memory that threads share. */
import {
	assembleModule,
	type FunctionDefinition,
	MEMORY_MODULE,
	MEMORY_NAME,
} from "./assemble.ts";
import {
	cube,
	moments,
	narrow,
	narrowCubes,
	scale,
	sum,
	widen,
} from "./columns.ts";
import { dots, dotsOfCubes } from "./dots.ts";
import {
	accumulate,
	largestProduct,
	rowProducts,
	weightedRowProducts,
} from "./products.ts";
import { rankScores } from "./rank-scores.ts";
import { collect, countAtLeast, largest } from "./select.ts";
import { indicesOf, mergeRuns, sortRuns } from "./sort.ts";

/** What is used of the WebAssembly of the runtime; the library of TypeScript has it only for browsers. */
type Runtime = {
	readonly Memory: new (description: {
		readonly initial: number;
		readonly maximum: number;
		readonly shared: true;
	}) => KernelMemory;
	readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
	readonly Instance: new (
		module: object,
		imports: Readonly<Record<string, Readonly<Record<string, KernelMemory>>>>,
	) => { readonly exports: object };
};
const runtime = (globalThis as unknown as { readonly WebAssembly: Runtime })
	.WebAssembly;

/** Can be sent to a worker, which then sees the same bytes. */
export type KernelMemory = { readonly buffer: SharedArrayBuffer };

const PAGE_BYTES = 65_536;
/** 4 GiB: what 32-bit addresses reach. */
const MOST_PAGES = 65_536;

/** Zeroed shared memory of at least `bytes`. Throws RangeError above 4 GiB. */
export function createKernelMemory(bytes: number): KernelMemory {
	const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
	if (pages > MOST_PAGES)
		throw new RangeError(
			`Expected at most ${MOST_PAGES * PAGE_BYTES} bytes of kernel memory, got \`${bytes}\``,
		);
	return new runtime.Memory({ initial: pages, maximum: pages, shared: true });
}

type WideEntries = (
	from: number,
	end: number,
	target: number,
	centre: number,
) => number;
type NarrowEntries = (
	from: number,
	end: number,
	target: number,
	centre: number,
	factor: number,
) => number;
type Dots = (
	from: number,
	end: number,
	centre: number,
	out: number,
	b0: number,
	b1: number,
	b2: number,
	b3: number,
	b4: number,
) => void;

/** Addresses are bytes from the start of the memory; each function is described where it is defined. */
export type Kernels = {
	sum(from: number, end: number): number;
	widen: WideEntries;
	cube: WideEntries;
	narrow: NarrowEntries;
	narrowCubes: NarrowEntries;
	dots: Dots;
	dotsOfCubes: Dots;
	moments(from: number, end: number, out: number): void;
	scale(from: number, end: number, factor: number): void;
	accumulate(from: number, end: number, target: number): void;
	largestProduct(from: number, end: number, factors: number): number;
	countAtLeast(from: number, end: number, threshold: number): number;
	largest(from: number, end: number): number;
	collect(
		from: number,
		end: number,
		high: number,
		low: number,
		need: number,
		keys: number,
	): number;
	sortRuns(from: number, end: number): number;
	mergeRuns(a: number, middle: number, end: number, target: number): void;
	indicesOf(keys: number, end: number, target: number): void;
	rowProducts(
		list: number,
		listEnd: number,
		table: number,
		rowBytes: number,
		out: number,
	): void;
	weightedRowProducts(
		list: number,
		listEnd: number,
		table: number,
		rowBytes: number,
		coefficients: number,
		out: number,
	): void;
	rankScores(
		clips: number,
		clipsEnd: number,
		values: number,
		table: number,
		rowBytes: number,
		ties: number,
		tiesEnd: number,
		bitmap: number,
		bitmapEnd: number,
		positions: number,
		taken: number,
		scores: number,
		n: number,
		spread: number,
	): void;
};

const DEFINITIONS: readonly FunctionDefinition[] = [
	sum,
	moments,
	cube,
	widen,
	narrow,
	narrowCubes,
	dots,
	dotsOfCubes,
	scale,
	accumulate,
	largestProduct,
	countAtLeast,
	largest,
	collect,
	sortRuns,
	mergeRuns,
	indicesOf,
	rowProducts,
	weightedRowProducts,
	rankScores,
];

/** The kernels over `memory`, compiled in this thread (about a millisecond). */
export function openKernels(memory: KernelMemory): Kernels {
	const module = new runtime.Module(assembleModule(DEFINITIONS, MOST_PAGES));
	const instance = new runtime.Instance(module, {
		[MEMORY_MODULE]: { [MEMORY_NAME]: memory },
	});
	// Each definition is the function of the same name in `Kernels`.
	return instance.exports as Kernels;
}
