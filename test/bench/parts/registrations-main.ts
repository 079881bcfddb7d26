/** A process that reads a listing of so many registrations: argument 2 says how many, 3 how far. */
import { RegistrationReader } from '../../../src/freeswitch/registration-xml.js';
import { RegistrationIndex } from '../../../src/run/registration-index.js';
import { listing } from '../sink/listing.js';

const rows = Number(process.argv[2]);
const far = process.argv[3];
const LF = 10;

let count = 0;
const index = new RegistrationIndex();
const reader = new RegistrationReader('internal', (problem) => {
  throw new Error(problem);
});
for (const piece of listing(rows)) {
  if (far === 'scan') {
    for (let at = piece.indexOf(LF); at >= 0; at = piece.indexOf(LF, at + 1)) count++;
    continue;
  }
  for (const registration of reader.push(piece)) {
    if (far === 'index') index.add(registration);
    count++;
  }
}
if (far !== 'scan') reader.end();
if (count < rows) throw new Error(`read ${count} of ${rows}`);
