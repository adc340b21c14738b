// Reads each pack's rules with dmn-moddle, the model under the DMN editors of bpmn.io and Camunda, and writes what it
// saves to FOLDER/ID.dmn, for policy-editable to read.   node moddle.mjs FOLDER
import { mkdirSync, readFileSync, readdirSync, writeFileSync, existsSync } from "node:fs";
import { DmnModdle } from "dmn-moddle";

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
let saved = 0;
for (const id of readdirSync("packs")) {
    const file = `packs/${id}/policy.dmn`;
    if (!existsSync(file)) continue;
    const { rootElement, warnings } = await new DmnModdle().fromXML(readFileSync(file, "utf8"), "dmn:Definitions");
    if (warnings.length) throw new Error(`${file}: ${warnings.map((w) => w.message).join("; ")}`);
    const decisions = rootElement.get("drgElement").filter((e) => e.$type === "dmn:Decision");
    const rules = decisions.reduce((n, d) => n + d.get("decisionLogic").get("rule").length, 0);
    const { xml } = await new DmnModdle().toXML(rootElement, { format: true });
    writeFileSync(`${folder}/${id}.dmn`, xml);
    console.log(`${id}: ${decisions.length} tables, ${rules} rules`);
    saved += 1;
}
if (!saved) throw new Error("there are no packs here");
