/** The installed package itself: where its shipped files are and which version it is. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of a shipped file, such as `config/networks/demo.yaml`; the same from `src/` and from `dist/`. */
export function packageFile(path: string): string {
	return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Version in package.json. */
export function packageVersion(): string {
	const text = readFileSync(packageFile("package.json"), "utf8");
	const { version } = JSON.parse(text) as { version: string };
	return version;
}
