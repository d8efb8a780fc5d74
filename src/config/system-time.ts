/** The system clock, read here so that nothing else has to. */

/** Now, as ISO 8601 in UTC. */
export function systemTime(): string {
	return new Date().toISOString();
}
