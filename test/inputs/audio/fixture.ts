/** The encoded clips of test/fixtures/audio. */
import { readFile } from "node:fs/promises";

export const audioFixtures = new URL("../../fixtures/audio/", import.meta.url);

export async function readFixture(name: string): Promise<Uint8Array> {
	return new Uint8Array(await readFile(new URL(name, audioFixtures)));
}

/** A copy with one byte inverted. */
export function withDamage(bytes: Uint8Array, offset: number): Uint8Array {
	const damaged = bytes.slice();
	damaged[offset] = (damaged[offset] as number) ^ 0xff;
	return damaged;
}
