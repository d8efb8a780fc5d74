/** The kernels of module A. */
import { kernelOpener } from "../../../shared/kernels/compile.ts";
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

/** The kernels over a memory. The first in a thread take some milliseconds. */
export const openKernels = kernelOpener<Kernels>([
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
]);
