// Files both ways with the npm package age-encryption, for keys that a quantum computer of the future does not open; and ML-KEM
// itself beside another implementation of it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decrypter, Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";

const [program, agreement] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "proviso-hybrid-"));
const at = (name) => join(folder, name);
const same = (a, b, words) => { if (Buffer.compare(Buffer.from(a), Buffer.from(b)) !== 0) throw new Error(words); };

try {
  for (const size of [0, 1, 65536, 200001]) {
    const identity = await generateHybridIdentity(), other = await generateHybridIdentity();
    const recipient = await identityToRecipient(identity), plain = Buffer.alloc(size, "mango tulip ");
    writeFileSync(at("key"), `# a key\n${identity}\n`);
    writeFileSync(at("plain"), plain);
    execFileSync(program, ["seal", "-r", await identityToRecipient(other), "-r", recipient, "-o", at("sealed"), at("plain")]);
    const theirs = new Decrypter();
    theirs.addIdentity(identity);
    same(await theirs.decrypt(readFileSync(at("sealed"))), plain, `what we sealed opens otherwise there (${size})`);
    const sealer = new Encrypter();
    sealer.addRecipient(await identityToRecipient(other));
    sealer.addRecipient(recipient);
    writeFileSync(at("sealed"), await sealer.encrypt(plain));
    execFileSync(program, ["open", "-i", at("key"), "-o", at("opened"), at("sealed")]);
    same(readFileSync(at("opened")), plain, `what they sealed opens otherwise here (${size})`);
  }
  // A recipient of another kind would be the weaker one.
  let refused = 0;
  try {
    const pair = [await generateHybridIdentity(), await generateX25519Identity()];
    execFileSync(program, ["seal", "-r", await identityToRecipient(pair[0]), "-r", await identityToRecipient(pair[1]), at("plain")], { stdio: "pipe" });
  } catch (error) {
    refused = error.status;
  }
  if (refused !== 2) throw new Error(`two kinds of keys for one file: ${refused}`);

  // agreement SEED CHANCE: the public key, the share, the secret, and what a share with a bit changed gives, in hex.
  for (let round = 0; round < 40; round++) {
    const seed = crypto.getRandomValues(new Uint8Array(64)), chance = crypto.getRandomValues(new Uint8Array(32));
    const { publicKey, secretKey } = ml_kem768.keygen(seed), { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, chance);
    const altered = Uint8Array.from(cipherText);
    altered[round * 27] ^= 1 << round % 8;
    const hex = (bytes) => Buffer.from(bytes).toString("hex");
    const ours = execFileSync(agreement, ["agreement", hex(seed), hex(chance), String(round * 27), String(1 << round % 8)]).toString().trim().split("\n");
    const wanted = [publicKey, cipherText, sharedSecret, ml_kem768.decapsulate(altered, secretKey)].map(hex);
    for (let i = 0; i < wanted.length; i++) if (ours[i] !== wanted[i]) throw new Error(`round ${round}: line ${i + 1} is another`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log("4 sizes both ways with age-encryption; 40 agreements as @noble/post-quantum has them");
