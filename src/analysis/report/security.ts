/** The security policy of a page: our stylesheet, our one script by its hash, our clips; nothing from anywhere else. */
import { createHash } from "node:crypto";

/**
 * Content of the `Content-Security-Policy` meta element. `file:` stands beside `'self'` because
 * browsers disagree on whether a page opened from disk is its own origin.
 */
export function contentSecurityPolicy(script: string | null): string {
	return [
		"default-src 'none'",
		`script-src ${script === null ? "'none'" : `'sha256-${hashOf(script)}'`}`,
		"style-src 'self' file:",
		"media-src 'self' file:",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	].join("; ");
}

const hashes = new Map<string, string>();

function hashOf(script: string): string {
	let hash = hashes.get(script);
	if (hash === undefined) {
		hash = createHash("sha256").update(script).digest("base64");
		hashes.set(script, hash);
	}
	return hash;
}
