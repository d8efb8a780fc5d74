/** The network opened once or several times: small networks run clips side by side with one thread each, large ones one clip with all threads. */
import { stat } from "node:fs/promises";
import type { TapSession, TargetNetwork } from "../network/load.ts";
import type { TapOptions } from "../network/taps.ts";

/** Weights of a network that is opened more than once: each session holds them. */
const SMALL_NETWORK_BYTES = 64 * 2 ** 20;

export type TapPool = {
	/** Sessions: inferences that can go on at the same time. */
	readonly size: number;
	/** The session for the next inference, in turn. */
	next(): TapSession;
	close(): Promise<void>;
};

/** `threads`: of all sessions together, 1 and up. Values do not depend on it. */
export async function openTapPool(
	network: TargetNetwork,
	options: TapOptions & { readonly layers?: readonly string[] | undefined },
): Promise<TapPool> {
	const { threads, provider = "cpu" } = options;
	const bytes =
		(await sizeOf(network.modelPath)) + (network.externalBytes ?? 0);
	const small = bytes <= SMALL_NETWORK_BYTES;
	const size = provider === "cpu" && small ? threads : 1;
	const sessions: TapSession[] = [];
	try {
		for (let index = 0; index < size; index += 1)
			sessions.push(
				await network.openTaps({ ...options, threads: threads / size }),
			);
	} catch (error) {
		await Promise.all(sessions.map((session) => session.close()));
		throw error;
	}
	let turn = 0;
	return {
		size,
		next: () => {
			turn = (turn + 1) % size;
			return sessions[turn] as TapSession;
		},
		close: async () => {
			await Promise.all(sessions.map((session) => session.close()));
		},
	};
}

/** Bytes of the file; a network that is no file counts as small. */
async function sizeOf(path: string): Promise<number> {
	try {
		return (await stat(path)).size;
	} catch {
		return 0;
	}
}
