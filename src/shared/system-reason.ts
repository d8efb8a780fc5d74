/** Failures of the file system in words. */

/** The operating system's word for a failure (ENOENT, EACCES ...) in plain language where it is a common one. */
export function systemReason(error: unknown): string {
	const code =
		error instanceof Error && "code" in error ? String(error.code) : "";
	const known: Readonly<Record<string, string>> = {
		ENOENT: "there is no such file",
		ENOTDIR: "there is no such file",
		EACCES: "permission denied",
		EISDIR: "it is a directory",
		EROFS: "the file system is read-only",
		ENOSPC: "the disk is full",
	};
	return (
		known[code] ?? (error instanceof Error ? error.message : String(error))
	);
}
