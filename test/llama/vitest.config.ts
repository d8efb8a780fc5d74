/** The tests that need a real model: run by `npm run test:llama` (run.mjs), never by `npm test`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/llama/**/*.test.ts"],
		globalSetup: ["test/support/build.ts"],
		testTimeout: 600_000,
		hookTimeout: 600_000,
		// Every model has one thread; with more threads than cores each token takes a hundred times as long.
		maxWorkers: 2,
		reporters: ["default", ["json", { outputFile: ".results/llama.json" }]],
	},
});
