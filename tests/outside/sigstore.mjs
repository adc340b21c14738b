// sigstore.mjs CHECKPOINT KEY PROOFS: sigstore's verifier looks at our signed checkpoint and our inclusion proofs, given in the form
// that it takes: an entry of a log with its inclusion proof, and the logs that are trusted. Each is also tried bent.
import { createHash, createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const { verifyTLogInclusion } = require('@sigstore/verify/dist/tlog');

const [checkpointFile, key, proofsFile] = process.argv.slice(2);
const envelope = readFileSync(checkpointFile, 'utf8');
const proofs = JSON.parse(readFileSync(proofsFile, 'utf8'));

// name+id+base64(0x01 || Ed25519 key). Sigstore knows a log by 32 bytes, of which a note shows the first four.
const name = key.slice(0, key.indexOf('+'));
const material = Buffer.from(key.split('+').slice(2).join('+'), 'base64');
const logID = createHash('sha256').update(`${name}\n`).update(material).digest();
const publicKey = createPublicKey({
  key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), material.subarray(1)]), // RFC 8410
  format: 'der',
  type: 'spki',
});
const logs = [{ logID, publicKey, baseURL: `https://${name}`, validFor: { start: new Date(0), end: new Date(8e15) } }];

const entry = ({ index, leaf, hashes }, note = envelope) => ({
  logIndex: String(index),
  logId: { keyId: logID },
  canonicalizedBody: Buffer.from(leaf, 'base64'),
  inclusionProof: {
    logIndex: String(index),
    treeSize: note.split('\n')[1],
    rootHash: Buffer.from(note.split('\n')[2], 'base64'),
    hashes: hashes.map((hash) => Buffer.from(hash, 'base64')),
    checkpoint: { envelope: note },
  },
});

function refused(what, made, trusted = logs) {
  try {
    verifyTLogInclusion(made, trusted);
  } catch (error) {
    if (error.code?.startsWith('TLOG_')) return;
    throw error;
  }
  throw new Error(`sigstore let pass: ${what}`);
}

for (const proof of proofs.inclusion) {
  verifyTLogInclusion(entry(proof), logs);
  const other = entry(proof);
  other.canonicalizedBody[5] ^= 1;
  refused('another entry', other);
  if (proof.hashes.length) {
    const bent = entry(proof);
    bent.inclusionProof.hashes[0][3] ^= 1;
    refused('a bent proof', bent);
    refused('a proof too short', entry({ ...proof, hashes: proof.hashes.slice(1) }));
  }
}
const first = proofs.inclusion[0];
const lines = envelope.split('\n');
refused('a checkpoint of another size', entry(first, [lines[0], String(Number(lines[1]) + 1), ...lines.slice(2)].join('\n')));
refused('another log', entry(first), [{ ...logs[0], logID: Buffer.alloc(32) }]);
console.log(`sigstore: signed checkpoint and ${proofs.inclusion.length} inclusion proofs`);
