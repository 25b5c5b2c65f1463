// Docxodus (npm, pinned in package.json) as an outside judge and as the peer of the benchmark.
//
//   npm ci --prefix tests/judge
//   node tests/judge/docxodus.mjs compare BASE REVISED OUT
//   node tests/judge/docxodus.mjs consolidate BASE OUT OFFICE=RETURN...
//   node tests/judge/docxodus.mjs accept|reject IN OUT
//   node tests/judge/docxodus.mjs batch    one command a line on stdin, as a JSON array of words;
//                                          answers {"error": "", "ms": N} a line
//
// Its runtime takes 0.7 s to start, hence batch. Inputs' own revisions are accepted first, as
// ours are; where reviewers contest a place it is told to keep every variant (StackAll).
import { readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
    initialize, ConflictResolution, docxDiffAcceptRevisions, docxDiffCompare, docxDiffConsolidate,
    docxDiffRejectRevisions,
} from 'docxodus/core';

const settings = { preAcceptInputRevisions: true };

async function perform([verb, ...rest]) {
    const read = async (path) => new Uint8Array(await readFile(path));
    if (verb === 'compare' && rest.length === 3) {
        const [base, revised, out] = rest;
        await writeFile(out, await docxDiffCompare(await read(base), await read(revised), settings));
    } else if (verb === 'consolidate' && rest.length >= 3) {
        const [base, out, ...returns] = rest;
        const reviewers = [];
        for (const word of returns) {
            const at = word.indexOf('=');
            reviewers.push({ author: word.slice(0, at), document: await read(word.slice(at + 1)) });
        }
        const stack = { ...settings, conflictResolution: ConflictResolution.StackAll };
        await writeFile(out, await docxDiffConsolidate(await read(base), reviewers, stack));
    } else if ((verb === 'accept' || verb === 'reject') && rest.length === 2) {
        const resolve = verb === 'accept' ? docxDiffAcceptRevisions : docxDiffRejectRevisions;
        await writeFile(rest[1], await resolve(await read(rest[0])));
    } else {
        throw new Error('usage: see the head of docxodus.mjs');
    }
}

async function batch() {
    for await (const line of createInterface({ input: process.stdin })) {
        const began = performance.now();
        let error = '';
        try {
            await perform(JSON.parse(line));
        } catch (e) {
            error = String(e?.message ?? e).split('\n')[0];
        }
        console.log(JSON.stringify({ error, ms: Math.round(performance.now() - began) }));
    }
}

await initialize();
const words = process.argv.slice(2);
try {
    await (words[0] === 'batch' ? batch() : perform(words));
} catch (e) {
    console.error(`docxodus.mjs: ${e?.message ?? e}`);
    process.exitCode = 2;
}
