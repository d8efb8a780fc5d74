import { describe, expect, it } from "vitest";
import {
	coresOf,
	defaultThreads,
	threadsFor,
} from "../../src/shared/threads.ts";

describe("threadsFor", () => {
	it.each([
		// A laptop with hyperthreads, a server, a container that may use two of many, a machine that does not tell its cores.
		[{ available: 8, physical: 4 }, 4],
		[{ available: 128, physical: 64 }, 8],
		[{ available: 2, physical: 32 }, 2],
		[{ available: 16, physical: null }, 8],
		[{ available: 2, physical: null }, 2],
		[{ available: 1, physical: null }, 1],
	])("of %o is %i", (machine, threads) => {
		expect(threadsFor(machine)).toBe(threads);
	});
});

describe("coresOf", () => {
	it("counts cores, not hyperthreads, over all sockets", () => {
		const processor = (socket: number, core: number): string =>
			`processor\t: 9\nphysical id\t: ${socket}\nsiblings\t: 4\ncore id\t\t: ${core}\ncpu cores\t: 2\n\n`;
		const cpuinfo = [
			processor(0, 0),
			processor(0, 1),
			processor(0, 0),
			processor(1, 0),
		].join("");
		expect(coresOf(cpuinfo)).toBe(3);
	});

	it("is null when the file lists no cores", () => {
		expect(coresOf("processor : 0\nBogoMIPS : 48.00\n")).toBeNull();
	});
});

it("gives this machine at least one thread", () => {
	expect(defaultThreads()).toBeGreaterThanOrEqual(1);
});
