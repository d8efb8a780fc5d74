/** What language model servers were found to be able to do, so that each is probed once. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";
import type { CapabilityMethods } from "./store.ts";

export function capabilityMethods(connection: Connection): CapabilityMethods {
	const { database, now, read, write } = connection;
	const select = database.prepare(`
		SELECT capability, value FROM capabilities
		WHERE provider = @provider AND api = @api AND base_url = @baseUrl AND model = @model`);
	const upsert = database.prepare(`
		INSERT INTO capabilities (provider, api, base_url, model, capability, value, at)
		VALUES (@provider, @api, @baseUrl, @model, @capability, @value, @at)
		ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at`);
	return {
		readCapabilities: (server) =>
			read(() => {
				const rows = select
					.all(server)
					.map((row) => parseRow(stored, row, "capabilities"));
				return new Map(
					rows.map(({ capability, value }) => [capability, value]),
				);
			}),
		putCapability: (server, capability, value) =>
			write(() => {
				upsert.run({ ...server, capability, value, at: now() });
			}),
	};
}

const stored = z.object({ capability: z.string(), value: z.string() });
