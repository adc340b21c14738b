// Writes the test vectors of the npm package cctv-age as files, FOLDER/age/NAME, for vault-vectors to read.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vectors from "cctv-age";

const folder = join(process.argv[2], "age");
mkdirSync(folder, { recursive: true });
let count = 0;
for (const [name, bytes] of Object.entries(vectors)) {
    writeFileSync(join(folder, name), bytes);
    count++;
}
if (count === 0) throw new Error("the package holds no vectors");
