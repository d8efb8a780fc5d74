/** Opens the store a command works on, and closes it whatever happens. */
import { loadConfig } from "../config/load.ts";
import { openStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import type { Session } from "./session.ts";

export type StoreOptions = {
	readonly config: string;
	readonly set: readonly string[];
	readonly store?: string;
};

/** The store of `--store`, or of the config; for reading only unless `write`. Returns what `work` does. */
export async function withStore<T>(
	session: Session,
	options: StoreOptions & { readonly write?: boolean },
	work: (store: Store) => T | Promise<T>,
): Promise<T> {
	const directory =
		options.store ??
		(await loadConfig({ path: options.config, set: options.set })).store;
	const store =
		options.write === true
			? openStore({ directory, now: session.now })
			: openStore({ directory, readOnly: true });
	try {
		return await work(store);
	} finally {
		store.close();
	}
}
