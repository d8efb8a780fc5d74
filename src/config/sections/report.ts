/** The config section `report`. */
import { z } from "zod";
import { text } from "../fields.ts";

export const report = z
	.strictObject({
		directory: text
			.default("report")
			.describe("Folder the report is written to. Default: report."),
		missingValues: z
			.record(text, z.array(z.number()))
			.default({})
			.describe(
				"Values of numeric attributes that mean none, by attribute, such as { snr_db: [-999] }; [] for an attribute that has no such value. Default: {}: guessed, and stated where the attribute is shown.",
			),
	})
	.prefault({})
	.describe("The report.");
