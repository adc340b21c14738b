// openapi.mjs DOCUMENT ANSWERS: the document is OpenAPI 3.1 by the standard's own schema, and what the server answered
// is what the document says.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [document, answers] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
let faults = 0;
const fault = (...words) => { console.error(...words); faults++; };

const result = await new Validator().validate(structuredClone(document));
if (!result.valid) fault('not valid:', JSON.stringify(result.errors, null, 1));

const names = Object.values(document.paths).flatMap((path) => Object.values(path)).map((o) => o.operationId).filter(Boolean);
if (new Set(names).size !== names.length) fault('an operationId is used twice');

// The schemas stand in the document, so a reference within it is resolved by its address.
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema(document, 'document');
const pointer = (...parts) => parts.map((part) => '/' + encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('');
for (const { path, method, status, body } of answers) {
    const told = document.paths['/' + path][method].responses;
    const which = told[status] ? String(status) : 'default';
    const type = Object.keys(told[which].content)[0];
    const check = ajv.compile({ $ref: 'document#' + pointer('paths', '/' + path, method, 'responses', which, 'content', type, 'schema') });
    if (!check(body)) fault(method, path, status, ajv.errorsText(check.errors), JSON.stringify(body));
    const extra = which === '200' ? Object.keys(body.rows?.[0] ?? body) : [];
    const schema = told[which].content[type].schema;
    const known = schema.properties?.rows?.items?.properties ?? schema.properties ?? {};
    for (const name of extra) if (name !== 'rows' && !(name in known)) fault(method, path, 'gives', name, 'which the document does not tell');
}
console.log(`${names.length} operations, ${answers.length} answers hold`);
process.exit(faults ? 1 : 0);
