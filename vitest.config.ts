import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		// They need a real model: npm run test:llama.
		exclude: ["test/llama/**", "**/node_modules/**"],
		globalSetup: ["test/support/build.ts", "test/support/temporary-files.ts"],
		// Only for what hangs: many tests start processes, and a busy machine is slow.
		testTimeout: 300_000,
		hookTimeout: 300_000,
		// The files of a worker share their modules: loading src/ anew took 0.6 s of processor time a file. What a test changes of its process it puts back.
		isolate: false,
		// Two cores: the encoder and the demo network each take one.
		maxWorkers: 2,
		reporters: ["default", ["json", { outputFile: ".results/tests.json" }]],
	},
});
