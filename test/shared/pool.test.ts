import { describe, expect, it } from "vitest";
import { chunksOf, forEachLimited } from "../../src/shared/pool.ts";

describe("forEachLimited", () => {
	it("starts in order, never more than the limit at once, and finishes all", async () => {
		const gates: (() => void)[] = [];
		let running = 0;
		let most = 0;
		const started: number[] = [];
		const finished = forEachLimited([0, 1, 2, 3, 4], 2, async (item) => {
			started.push(item);
			running += 1;
			most = Math.max(most, running);
			await new Promise<void>((resolve) => gates.push(resolve));
			running -= 1;
		});
		while (started.length < 5 || running > 0) {
			gates.shift()?.();
			await new Promise((resolve) => setImmediate(resolve));
		}
		await finished;
		expect({ started, most }).toEqual({ started: [0, 1, 2, 3, 4], most: 2 });
	});

	it("throws the first failure after the started ones have settled, and starts no more", async () => {
		const seen: number[] = [];
		const turn = () => new Promise((resolve) => setImmediate(resolve));
		const run = forEachLimited([0, 1, 2, 3], 2, async (item) => {
			await turn();
			if (item === 0) throw new Error("zero failed");
			await turn();
			seen.push(item);
		});
		await expect(run).rejects.toThrow("zero failed");
		expect(seen).toEqual([1]);
	});

	it("leaves a turn to timers while tasks wait for nothing", async () => {
		let stopped = false;
		setImmediate(() => {
			stopped = true;
		});
		function* untilStopped(): Generator<number> {
			for (let item = 0; !stopped && item < 1000; item += 1) yield item;
		}
		await forEachLimited(untilStopped(), 1, async () => {
			const until = performance.now() + 1;
			while (performance.now() < until);
		});
		expect(stopped).toBe(true);
	});
});

describe("chunksOf", () => {
	it("slices with a shorter last chunk", () => {
		expect([...chunksOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
		expect([...chunksOf([], 2)]).toEqual([]);
	});
});
