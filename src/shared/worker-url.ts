/** Where a worker's compiled file is. */

/**
 * URL of `name` (such as `./session-worker.js`) beside the module with URL `base`.
 * Node 20 cannot run TypeScript in a worker, so a module that runs from `src/` (tests) uses the compiled twin in `dist/`.
 */
export function workerUrl(name: string, base: string): URL {
	const url = new URL(name, base);
	if (base.endsWith(".ts"))
		url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, "/dist/");
	return url;
}
