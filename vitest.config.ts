import { defineConfig } from "vitest/config";

export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		// They need a real model: npm run test:llama.
		exclude: ["test/llama/**", "**/node_modules/**"],
		globalSetup: ["test/support/build.ts"],
		testTimeout: 60_000,
		hookTimeout: 120_000,
		// Two cores: the encoder and the demo network each take one.
		maxWorkers: 2,
		reporters: ["default", ["json", { outputFile: ".results/tests.json" }]],
	},
});
