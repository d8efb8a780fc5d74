/** Functions in WebAssembly, written in code: what JavaScript is too slow for (vectors of float64, counting bits) without a compiler in the build. */
import { type Code, i32, unsigned } from "./instructions.ts";

const TYPES = {
	i32: 0x7f,
	i64: 0x7e,
	f32: 0x7d,
	f64: 0x7c,
	v128: 0x7b,
} as const;
type ValueType = keyof typeof TYPES;

/** The parameters and locals of a function by name. */
export type Locals = {
	get(name: string): Code;
	set(name: string, value: Code): Code;
	/** `name += step`. */
	advance(name: string, step: number): Code;
	/**
	 * Runs `body` while `name` is below `end` (addresses), `name` going up by `step` bytes each time.
	 */
	while(name: string, end: Code, step: number, body: readonly Code[]): Code;
};

export type FunctionDefinition = {
	readonly name: string;
	readonly parameters: Readonly<Record<string, ValueType>>;
	readonly locals?: Readonly<Record<string, ValueType>>;
	readonly result?: ValueType;
	readonly body: (locals: Locals) => readonly Code[];
};

/** `then` when `condition` is not 0. */
export const when = (
	condition: Code,
	then: readonly Code[],
	otherwise?: readonly Code[],
): Code => [
	condition,
	0x04,
	EMPTY,
	then,
	...(otherwise === undefined ? [] : [0x05, otherwise]),
	END,
];

/** Runs `body` as long as `condition` is not 0. */
export const whileTrue = (condition: Code, body: readonly Code[]): Code => [
	[0x02, EMPTY, 0x03, EMPTY],
	condition,
	// Out of the block when it is 0.
	[0x45, 0x0d, 1],
	body,
	[0x0c, 0, END, END],
];

const EMPTY = 0x40;
const END = 0x0b;

/** Names of the one import: the memory, shared between threads. */
export const MEMORY_MODULE = "kernels";
export const MEMORY_NAME = "memory";

/**
 * The bytes of a module with these functions, all exported by name, over one imported shared memory of at most `maximumPages` (of 64 KiB).
 * Throws RangeError for a local that is not declared: a fault of the definition.
 */
export function assembleModule(
	functions: readonly FunctionDefinition[],
	maximumPages: number,
): Uint8Array<ArrayBuffer> {
	const sections: Code[] = [
		section(
			1,
			functions.map(({ parameters, result }) => [
				0x60,
				vector(Object.values(parameters).map((type) => TYPES[type])),
				vector(result === undefined ? [] : [TYPES[result]]),
			]),
		),
		section(2, [
			[
				text(MEMORY_MODULE),
				text(MEMORY_NAME),
				// A memory, shared, with a maximum.
				[0x02, 0x03, ...unsigned(1), ...unsigned(maximumPages)],
			],
		]),
		section(
			3,
			functions.map((_, index) => unsigned(index)),
		),
		section(
			7,
			functions.map(({ name }, index) => [text(name), 0x00, unsigned(index)]),
		),
		section(10, functions.map(functionBody)),
	];
	return Uint8Array.from(
		flat([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections]),
	);
}

function functionBody(definition: FunctionDefinition): Code {
	const { parameters, locals = {}, body } = definition;
	const code = flat([
		vector(Object.values(locals).map((type) => [1, TYPES[type]])),
		...body(
			localsOf(definition, [
				...Object.keys(parameters),
				...Object.keys(locals),
			]),
		),
		END,
	]);
	return [unsigned(code.length), code];
}

function localsOf(
	{ name }: FunctionDefinition,
	names: readonly string[],
): Locals {
	const index = (local: string): number[] => {
		const place = names.indexOf(local);
		if (place < 0) throw new RangeError(`${name} has no local "${local}"`);
		return unsigned(place);
	};
	const get = (local: string): Code => [0x20, index(local)];
	const set = (local: string, value: Code): Code => [value, 0x21, index(local)];
	const advance = (local: string, step: number): Code =>
		set(local, i32.add(get(local), i32.of(step)));
	return {
		get,
		set,
		advance,
		while: (local, end, step, body) =>
			when(i32.ltU(get(local), end), [
				[0x03, EMPTY],
				body,
				advance(local, step),
				i32.ltU(get(local), end),
				// Back to the start of the loop.
				[0x0d, 0, END],
			]),
	};
}

function section(id: number, items: readonly Code[]): Code {
	const content = flat(vector(items));
	return [id, unsigned(content.length), content];
}

const vector = (items: readonly Code[]): Code => [
	unsigned(items.length),
	...items,
];

const text = (value: string): Code =>
	vector([...new TextEncoder().encode(value)]);

function flat(code: Code): number[] {
	if (typeof code === "number") return [code];
	const bytes: number[] = [];
	const visit = (part: Code): void => {
		if (typeof part === "number") bytes.push(part);
		else for (const inner of part) visit(inner);
	};
	visit(code);
	return bytes;
}
