/** Where a worker's compiled file is, and what has to hold before a worker starts. */

/**
 * URL of `name` (such as `./session-worker.js`) beside the module with URL `base`.
 * Node 20 cannot run TypeScript in a worker, so a module that runs from `src/` (tests) uses the compiled twin in `dist/`.
 */
export function workerUrl(name: string, base: string): URL {
	keepOnnxruntimeSilent();
	const url = new URL(name, base);
	if (base.endsWith(".ts"))
		url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, "/dist/");
	return url;
}

/**
 * onnxruntime (from 1.29) keeps a device id in the user's cache and reports to its maker which networks it opens, unless this is set before it
 * starts. It runs in workers, and only an assignment in the main thread reaches its native code. Whoever set the variable keeps their value.
 */
function keepOnnxruntimeSilent(): void {
	process.env.ORT_DISABLE_TELEMETRY ??= "1";
}
