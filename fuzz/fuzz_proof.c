/* fuzz_proof: a verifier key on the first line and a proof behind it, both foreign. What is
 * accepted must hold an act that is its own canonical text, and must be accepted again; one who
 * cuts off its end must be refused. */
/* needs: base os json store record */
#include "record/record.h"

#include "target.h"

static bool run(void *ctx, PxErr *err) {
    const Case *c = ctx;
    ptrdiff_t end = str_find(c->bytes, S("\n"));
    if (end < 0) end = c->bytes.len;
    const Str key = str_slice(c->bytes, 0, end);
    const Str proof = end < c->bytes.len ? str_slice(c->bytes, end + 1, c->bytes.len) : S("");
    Act act, again;
    if (!act_read(c->arena, proof, &act, err)) {
        check(err->kind == PX_ERR_INPUT || err->kind == PX_ERR_LIMIT);
    } else {
        check(str_equal(act_text(c->arena, &act), proof));
    }
    if (!record_check_proof(c->arena, proof, key, &act, err)) {
        check(err->kind == PX_ERR_INPUT || err->kind == PX_ERR_PROOF);
        return true;
    }
    const Str text = act_text(c->arena, &act);
    check(act_read(c->arena, text, &again, err));
    check(record_check_proof(c->arena, proof, key, &again, err));
    check(!record_check_proof(c->arena, str_slice(proof, 0, proof.len - 1), key, &again, err));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    return fuzz_one(run, 256, bytes, len);
}
