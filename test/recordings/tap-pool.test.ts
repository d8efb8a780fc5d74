/** How often a network is opened: weights beside the ONNX file count too. */
import { describe, expect, it } from "vitest";
import { openTapPool } from "../../src/recordings/tap-pool.ts";
import { fakeNetwork } from "./fake-network.ts";

describe("openTapPool", () => {
	it.each([
		["a small network", undefined, 2],
		["small weights in a file of their own", 64 * 2 ** 20, 2],
		["large weights in a file of their own", 64 * 2 ** 20 + 1, 1],
	] as const)("opens %s as often as memory allows", async (_, bytes, size) => {
		const network = fakeNetwork();
		const pool = await openTapPool(
			bytes === undefined ? network : { ...network, externalBytes: bytes },
			{ threads: 2 },
		);
		expect(pool.size).toBe(size);
		expect(network.sessions).toHaveLength(size);
		await pool.close();
	});
});
