// The Manchester pack's tables in npm @gorules/zen-engine, on the cases that policy-answers wrote: its answers must
// be the same, and its own reported native time is compared.   node bench/zen.mjs CASES-FILE ANSWERS-PER-SECOND [REPLAYED-PER-SECOND]
import { readFileSync } from "node:fs";
import { ZenEngine } from "@gorules/zen-engine";

const [casesFile, ours, replayed] = process.argv.slice(2);
const xml = readFileSync("packs/manchester-2016/policy.dmn", "utf8");
const text = (s) => s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&").trim();
const all = (re, s) => [...s.matchAll(re)];

const tables = all(/<decision id="([^"]+)"[\s\S]*?<\/decision>/g, xml).map(([whole, name]) => ({
    name,
    hit: whole.match(/hitPolicy="([^"]+)"/)[1],
    needs: all(/<requiredDecision href="#([^"]+)"/g, whole).map((m) => m[1]),
    ins: all(/<inputExpression[\s\S]*?<text>([\s\S]*?)<\/text>/g, whole).map((m) => text(m[1])),
    rules: all(/<rule [\s\S]*?<\/rule>/g, whole).map(([rule]) => ({
        cells: all(/<inputEntry[^>]*><text>([\s\S]*?)<\/text>/g, rule).map((m) => text(m[1])),
        out: text(rule.match(/<outputEntry[^>]*><text>([\s\S]*?)<\/text>/)[1]),
    })),
}));
const byName = new Map(tables.map((t) => [t.name, t]));
const order = [];
const visit = (name) => {
    if (order.includes(name)) return;
    byName.get(name).needs.forEach(visit);
    order.push(name);
};
["outcome", "basis", "obligations"].forEach(visit);

// A cell as zen's unary test: not("a") is there "not in".
const cell = (c) => (c === "-" ? "" : c.startsWith("not(") ? `not ($ in [${c.slice(4, -1)}])` : c.includes(",") ? `$ in [${c}]` : c);
const node = (name) => {
    const t = byName.get(name);
    const collect = t.hit === "COLLECT";
    return {
        id: name,
        name,
        type: "decisionTableNode",
        content: {
            hitPolicy: collect ? "collect" : "first",
            passThrough: true,
            passThorough: true,
            inputField: null,
            outputPath: collect ? name : null,
            executionMode: "single",
            inputs: t.ins.map((field, i) => ({ id: `i${i}`, name: field, field })),
            outputs: [{ id: "o", name: "out", field: collect ? "code" : name }],
            rules: t.rules.map((r, n) => ({
                _id: `r${n}`,
                ...Object.fromEntries(r.cells.map((c, i) => [`i${i}`, cell(c)])),
                o: r.out,
            })),
        },
        position: { x: 0, y: 0 },
    };
};
const names = ["start", ...order, "end"];
const graph = {
    nodes: [
        { id: "start", name: "start", type: "inputNode", position: { x: 0, y: 0 } },
        ...order.map(node),
        { id: "end", name: "end", type: "outputNode", position: { x: 0, y: 0 } },
    ],
    edges: names.slice(1).map((target, i) => ({ id: `e${i}`, type: "edge", sourceId: names[i], targetId: target })),
};

const microseconds = (s) => {
    const [, n, unit] = s.match(/^([\d.]+)\s*(ns|µs|us|ms|s)$/);
    return Number(n) * { ns: 0.001, "µs": 1, us: 1, ms: 1000, s: 1e6 }[unit];
};
const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(graph)));
const cases = readFileSync(casesFile, "utf8").trim().split("\n").map((l) => JSON.parse(l));
const same = (a, b) => a.length === b.length && a.every((x) => b.includes(x));
const unique = (list) => [...new Set((list ?? []).map((x) => x.code))];
const times = [];
let wall = 0n;
for (let round = 0; round < 20; round++) {
    for (const { facts, answer } of cases) {
        const start = process.hrtime.bigint();
        const { result, performance } = await decision.evaluate(facts);
        wall += process.hrtime.bigint() - start;
        times.push(microseconds(performance));
        if (round) continue;
        if (result.outcome !== answer.outcome || !same(unique(result.basis), answer.basis) ||
            !same(unique(result.obligations), answer.obligations)) {
            console.error("zen-engine answers otherwise:", JSON.stringify(facts), result, answer);
            process.exit(1);
        }
    }
}
times.sort((a, b) => a - b);
const mean = times.reduce((a, b) => a + b, 0) / times.length;
const median = times[times.length >> 1];
const own = 1e6 / Number(ours);
console.log(`zen-engine agrees on ${cases.length} cases; its native time: mean ${mean.toFixed(2)} us, median ${median.toFixed(2)} us`);
console.log(`proviso, with trace: ${own.toFixed(2)} us. Ratio by mean ${(mean / own).toFixed(1)}, by median ${(median / own).toFixed(1)} (aim 5)`);
console.log(`ratio answers of a policy, zen-engine to ours by the median time: ${(median / own).toFixed(2)} (aim 5.00)`);
if (replayed) {
    const inNode = Number(wall) / 1000 / times.length;
    const replay = 1e6 / Number(replayed);
    console.log(`in Node all in all ${inNode.toFixed(2)} us a case; replayed from its record in ${replay.toFixed(2)} us. Ratio ${(inNode / replay).toFixed(1)} (aim 20)`);
}
