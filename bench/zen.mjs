// The sharing tables of a pack in npm @gorules/zen-engine, on the cases that policy-answers wrote: its answers must be
// the same, and its own reported native time is compared with that of our answers, which have their trace.
//   node bench/zen.mjs PACK CASES-FILE OUR-ANSWERS-PER-SECOND TIMES [REPLAYED-PER-SECOND REPLAYED-PER-CPU-SECOND]
import { readFileSync } from "node:fs";
import { ZenEngine } from "@gorules/zen-engine";

const [pack, casesFile, ours, times, replayed, replayedCpu] = process.argv.slice(2);
const xml = readFileSync(`packs/${pack}/policy.dmn`, "utf8");
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

// A cell as zen's unary test: not("a") is there "not in". Dates are numbers of days there, which is no dearer.
const days = (date) => Date.parse(date) / 86400000;
const cell = (written) => {
    const c = written.replace(/@"([^"]+)"/g, (_, date) => days(date));
    return c === "-" ? "" : c.startsWith("not(") ? `not ($ in [${c.slice(4, -1)}])` : /^"[^"]*",|^\w+,/.test(c) ? `$ in [${c}]` : c;
};
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
const graphOf = (tables) => {
    const names = ["start", ...tables, "end"];
    return {
        nodes: [
            { id: "start", name: "start", type: "inputNode", position: { x: 0, y: 0 } },
            ...tables.map(node),
            { id: "end", name: "end", type: "outputNode", position: { x: 0, y: 0 } },
        ],
        edges: names.slice(1).map((target, i) => ({ id: `e${i}`, type: "edge", sourceId: names[i], targetId: target })),
    };
};

const microseconds = (s) => {
    const [, n, unit] = s.match(/^([\d.]+)\s*(ns|µs|us|ms|s)$/);
    return Number(n) * { ns: 0.001, "µs": 1, us: 1, ms: 1000, s: 1e6 }[unit];
};
const engine = new ZenEngine();
const decide = (tables) => engine.createDecision(Buffer.from(JSON.stringify(graphOf(tables))));
const cases = readFileSync(casesFile, "utf8").trim().split("\n").map((l) => JSON.parse(l));
for (const { facts } of cases) if (facts.date) facts.date = days(facts.date);
const same = (a, b) => a.length === b.length && a.every((x) => b.includes(x));
const unique = (list) => [...new Set((list ?? []).map((x) => x.code))];
const summary = (list) => {
    list.sort((a, b) => a - b);
    return { mean: list.reduce((a, b) => a + b, 0) / list.length, median: list[list.length >> 1] };
};

// The tables as one graph: what our answer says, all of it.
const whole = decide(order);
const native = [];
const alone = []; // what the outcome's table needs, for measuring it by itself
let wall = 0n;
const before = process.cpuUsage();
for (let round = 0; round < Number(times); round++) {
    for (const { facts, answer } of cases) {
        const start = process.hrtime.bigint();
        const { result, performance } = await whole.evaluate(facts);
        wall += process.hrtime.bigint() - start;
        native.push(microseconds(performance));
        if (round) continue;
        if (alone.length < 5000) alone.push({ ...facts, ...result, outcome: undefined });
        if (result.outcome !== answer.outcome || !same(unique(result.basis), answer.basis) ||
            !same(unique(result.obligations), answer.obligations)) {
            console.error("zen-engine answers otherwise:", JSON.stringify(facts), result, answer);
            process.exit(1);
        }
    }
}
const used = process.cpuUsage(before);
const one = decide(["outcome"]);
const single = [];
for (const facts of alone) single.push(microseconds((await one.evaluate(facts)).performance));
const evaluations = native.length;
const graph = summary(native);
const table = summary(single);
const own = 1e6 / Number(ours);
console.log(`${pack}: zen-engine agrees on ${cases.length} cases; its native time: mean ${graph.mean.toFixed(2)} us, median ${graph.median.toFixed(2)} us; of the outcome's table alone ${table.mean.toFixed(2)} and ${table.median.toFixed(2)} us`);
console.log(`proviso, everything with its trace: ${own.toFixed(2)} us, ${Number(ours)} a second`);
console.log(`ratio answers of ${pack}, zen-engine to ours by the median native time: ${(graph.median / own).toFixed(2)} (aim 15.00)`);
console.log(`ratio zen-engine's outcome table of ${pack} alone to our whole answer: ${(table.median / own).toFixed(2)} (aim 1.00)`);
console.log(`ratio answers a second of ${pack} to 500,000: ${(Number(ours) / 500000).toFixed(2)} (aim 1.00)`);
if (replayed) {
    const inNode = Number(wall) / 1000 / evaluations;
    const cpuInNode = (used.user + used.system) / evaluations;
    const replay = 1e6 / Number(replayed);
    const cpuReplay = 1e6 / Number(replayedCpu);
    console.log(`${evaluations} cases in Node: ${inNode.toFixed(2)} us each (${cpuInNode.toFixed(2)} us of processor); replayed from their record: ${replay.toFixed(2)} us (${cpuReplay.toFixed(2)} us of processor)`);
    console.log(`ratio recorded answers replayed, zen-engine in Node to ours: ${(inNode / replay).toFixed(2)} (aim 20.00)`);
    console.log(`ratio the same, by processor time, which other work on the machine does not disturb: ${(cpuInNode / cpuReplay).toFixed(2)} (aim 20.00)`);
}
