/** Compiled kernels over a memory that threads share. */
import {
	assembleModule,
	type FunctionDefinition,
	MEMORY_MODULE,
	MEMORY_NAME,
} from "./assemble.ts";

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

/**
 * Opens the functions of `definitions` over a memory; `Kernels` has a function of the same name for each. They are compiled once in a thread, with the
 * first opening, which takes some milliseconds: what the runtime has optimised serves later memories too.
 */
export function kernelOpener<Kernels extends object>(
	definitions: readonly FunctionDefinition[],
): (memory: KernelMemory) => Kernels {
	let compiled: object | undefined;
	return (memory) => {
		compiled ??= new runtime.Module(assembleModule(definitions, MOST_PAGES));
		const instance = new runtime.Instance(compiled, {
			[MEMORY_MODULE]: { [MEMORY_NAME]: memory },
		});
		return instance.exports as Kernels;
	};
}
