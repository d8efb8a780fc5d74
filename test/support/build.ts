/** Builds dist/ once before the tests: worker threads and the command line run from there. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

export default function build(): void {
	// Types are checked by `npm run types`; here a type error only prints, as the code is emitted all the same.
	const { status, stdout } = spawnSync(
		process.execPath,
		["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
		{ cwd: root, encoding: "utf8" },
	);
	if (status !== 0) process.stderr.write(`type errors in src/:\n${stdout}\n`);
}
