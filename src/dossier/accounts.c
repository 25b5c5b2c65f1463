/* accounts: passwords (Argon2id) and tokens (256 random bits, kept as a digest). The record says
 * that one was set, by whom and when; the secret itself stays out of it. */
#include <sodium.h>

#include "dossier/int.h"

enum { PASSWORD_LEAST = 12, PASSWORD_MOST = 1024, TOKEN_BYTES = 32 };
#define DAY_MICROSECONDS (INT64_C(86400) * 1000000)
/* How exactly it is known when a session was last used: one writing a minute will do. */
#define USE_MICROSECONDS INT64_C(60000000)

/* ---- the act, with the secret beside it ---- */

static bool perform(Service *s, Arena *a, Str actor, Str channel, Str person, Str kind,
                    bool (*also)(void *ctx, PxErr *err), void *ctx, Outcome *out, PxErr *err) {
    Json *given = json_object(a);
    json_set_str(a, given, S("person"), person);
    json_set_str(a, given, S("kind"), kind);
    const Request request = {
        .act = ACT_CREDENTIAL_SET, .actor = actor, .channel = channel, .given = given};
    Commit commit = {.prepared = NULL};
    if (!dossier_prepare(s, a, &request, &commit.prepared, err)) return false;
    commit.prepared->c.also = also;
    commit.prepared->c.also_ctx = ctx;
    if (!dossier_commit(s, a, &commit, 1, err)) return false;
    *out = commit.outcome;
    if (!commit.is_done) *err = commit.err;
    return commit.is_done;
}

typedef struct Secret {
    Store *store;
    Str person, hash, issuer;
    int64_t ends;
    bool is_session;
} Secret;

/* ---- passwords ---- */

static bool all_one(Str s) {
    for (ptrdiff_t i = 1; i < s.len; i++) {
        if (s.ptr[i] != s.ptr[0]) return false;
    }
    return true;
}

/* Every byte follows the one before it: "123456789012", "abcdefghijkl". */
static bool is_sequence(Str s) {
    for (ptrdiff_t i = 1; i < s.len; i++) {
        const int step = (unsigned char)s.ptr[i] - (unsigned char)s.ptr[i - 1];
        if (step != 1 && step != -9) return false;
    }
    return true;
}

static bool contains_fold(Str text, Str part) {
    for (ptrdiff_t i = 0; part.len && i + part.len <= text.len; i++) {
        if (str_equal_fold(str_slice(text, i, i + part.len), part)) return true;
    }
    return false;
}

static bool password_check(Str person, Str password, PxErr *err) {
    static const char *const common[] = {"password", "passwort",      "qwerty",   "letmein",
                                         "welcome1", "administrator", "iloveyou", "paraph",
                                         "pakistan", "123456"};
    if (password.len < PASSWORD_LEAST || password.len > PASSWORD_MOST) {
        return fail(err, PX_ERR_INPUT, S("password"), -1,
                    "a password has %d to %d bytes; a few words are easily remembered",
                    PASSWORD_LEAST, PASSWORD_MOST);
    }
    bool is_weak = all_one(password) || is_sequence(password) || contains_fold(password, person);
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        is_weak = is_weak || contains_fold(password, str_from_z(common[i]));
    }
    return !is_weak ||
           fail(err, PX_ERR_INPUT, S("password"), -1, "the password is one that is easily guessed");
}

static bool ready(PxErr *err) {
    return sodium_init() >= 0 ||
           fail(err, PX_ERR_SYSTEM, S("libsodium"), -1, "the library does not start");
}

static bool write_password(void *ctx, PxErr *err) {
    const Secret *s = ctx;
    return STORE_RUN(s->store, err, credential_delete, T(s->person)) &&
           STORE_RUN(s->store, err, credential_insert, T(s->person), T(s->hash)) &&
           STORE_RUN(s->store, err, token_revoke_sessions, T(s->person));
}

bool account_set_password(Service *s, Arena *a, Str actor, Str channel, Str person, Str password,
                          Outcome *out, PxErr *err) {
    char *hash = arena_alloc(a, crypto_pwhash_STRBYTES, 1);
    if (!ready(err) || !password_check(person, password, err)) return false;
    if (crypto_pwhash_str(hash, password.ptr, (unsigned long long)password.len,
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        return fail(err, PX_ERR_SYSTEM, S("password"), -1, "there is not enough memory to hash it");
    }
    Secret secret = {.store = s->store, .person = person, .hash = str_from_z(hash)};
    return perform(s, a, actor, channel, person, S("password"), write_password, &secret, out, err);
}

/* A hash no password fits, so that a person who is not there costs as much time as one who is. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                             "4ovB9nPYuNz1oA8vxzcJ5hFQf7DyQU0q6E5kHqJZ4sY";

bool account_by_password(Service *s, Arena *a, Str person, Str password, Str *id, PxErr *err) {
    Rows r;
    Person who;
    char hash[crypto_pwhash_STRBYTES] = {0};
    if (!ready(err) || !person_load(s->store, a, person, &who, err) ||
        !STORE_ROWS(s->store, a, &r, err, credential_find, T(person))) {
        return false;
    }
    const bool is_known = r.rows && who.is_enabled && cell(&r, 0, 0).len < (ptrdiff_t)sizeof hash;
    if (is_known) memcpy(hash, cell(&r, 0, 0).ptr, (size_t)cell(&r, 0, 0).len);
    else memcpy(hash, nobody, sizeof nobody);
    const bool fits = password.len <= PASSWORD_MOST &&
                      crypto_pwhash_str_verify(hash, password.ptr ? password.ptr : "",
                                               (unsigned long long)password.len) == 0;
    if (!fits || !is_known) {
        return fail(err, PX_ERR_DENIED, S(""), -1, "the name or the password is wrong");
    }
    *id = who.id;
    return true;
}

/* ---- tokens ---- */

static Str token_digest(Arena *a, Str token) { return digest_text(a, digest_of(token)); }

static bool write_token(void *ctx, PxErr *err) {
    const Secret *s = ctx;
    const int64_t now = os_now();
    return (!s->is_session || STORE_RUN(s->store, err, token_delete_ended, T(s->person), I(now))) &&
           STORE_RUN(s->store, err, token_insert, T(s->hash), T(s->person), T(s->issuer), I(now),
                     I(s->ends), I(s->is_session ? now : 0));
}

static Str token_new(Arena *a) {
    static const char digits[] = "0123456789abcdef";
    unsigned char random[TOKEN_BYTES];
    Buf b = buf_new(a);
    os_random(random, sizeof random);
    buf_add(&b, S("pt-"));
    for (size_t i = 0; i < sizeof random; i++) {
        buf_byte(&b, digits[random[i] >> 4]);
        buf_byte(&b, digits[random[i] & 15]);
    }
    return buf_str(&b);
}

static Secret secret_new(Service *s, Arena *a, Str person, Str issuer, Str token, int64_t life) {
    return (Secret){.store = s->store,
                    .person = person,
                    .hash = token_digest(a, token),
                    .issuer = issuer,
                    .ends = os_now() + life};
}

bool token_first(Service *s, Arena *a, Str person, Str *token, PxErr *err) {
    if (!token->len) *token = token_new(a); /* the transaction may run again */
    Secret secret = secret_new(s, a, person, S(""), *token, 365 * DAY_MICROSECONDS);
    return write_token(&secret, err);
}

bool account_login(Service *s, Arena *a, Str person, Str password, Str *id, Str *token,
                   PxErr *err) {
    if (!account_by_password(s, a, person, password, id, err)) return false;
    *token = token_new(a);
    Secret secret = secret_new(s, a, *id, S(""), *token, s->session);
    secret.is_session = true;
    return store_write(s->store, write_token, &secret, err);
}

bool account_make_token(Service *s, Arena *a, Str actor, Str channel, Str person, int days,
                        Str *token, Outcome *out, PxErr *err) {
    if (days < 1 || days > 3660) {
        return fail(err, PX_ERR_INPUT, S("days"), -1, "a token is good for 1 to 3,660 days");
    }
    *token = token_new(a);
    Secret secret = secret_new(s, a, person, actor, *token, days * DAY_MICROSECONDS);
    return perform(s, a, actor, channel, person, S("token"), write_token, &secret, out, err);
}

static bool write_revoked(void *ctx, PxErr *err) {
    const Secret *s = ctx;
    return STORE_RUN(s->store, err, token_revoke_all, T(s->person)) &&
           STORE_RUN(s->store, err, credential_delete, T(s->person));
}

bool account_revoke(Service *s, Arena *a, Str actor, Str channel, Str person, Outcome *out,
                    PxErr *err) {
    Secret secret = {.store = s->store, .person = person};
    return perform(s, a, actor, channel, person, S("revoke"), write_revoked, &secret, out, err);
}

typedef struct Half { /* or a whole, when nobody issued it */
    Str person, issuer;
} Half;

static bool half_find(Service *s, Arena *a, Str token, Half *out, PxErr *err) {
    Rows r;
    const Str hash = token_digest(a, token);
    const int64_t now = os_now();
    *out = (Half){{NULL, 0}, {NULL, 0}};
    if (!STORE_ROWS(s->store, a, &r, err, token_find, T(hash), I(now), I(now - s->idle))) {
        return false;
    }
    if (!r.rows) return true;
    *out = (Half){cell(&r, 0, 0), cell(&r, 0, 1)};
    const int64_t used = cell_int(&r, 0, 2);
    PxErr untold; /* on a full disk one can still read: the session ends the sooner */
    if (used && now - used >= USE_MICROSECONDS &&
        !STORE_RUN(s->store, &untold, token_used, T(hash), I(now))) {
        os_log(arena_format(a, "a session's use was not noted: %s", untold.message));
    }
    return true;
}

/* "pt-... pt-...": two halves, between them whatever is no part of a token. */
static bool second_half(Str token, Str *first, Str *second) {
    const Str behind = token.len > 3 ? str_slice(token, 3, token.len) : S("");
    const ptrdiff_t at = str_find(behind, S("pt-"));
    *first = token;
    if (at < 0) return false;
    *second = str_trim(str_slice(behind, at, behind.len));
    ptrdiff_t end = at + 3;
    while (end > 3 && (token.ptr[end - 1] < '0' || token.ptr[end - 1] > 'f' ||
                       (token.ptr[end - 1] > '9' && token.ptr[end - 1] < 'a'))) {
        end--;
    }
    *first = str_slice(token, 0, end);
    return true;
}

bool account_by_token(Service *s, Arena *a, Str token, Str *id, PxErr *err) {
    Str first, second;
    Half one, two = {{NULL, 0}, {NULL, 0}};
    Person who = {.is_enabled = false};
    const bool is_pair = second_half(str_trim(token), &first, &second);
    if (!half_find(s, a, first, &one, err)) return false;
    if (is_pair && !half_find(s, a, second, &two, err)) return false;
    const bool fits = is_pair
                          ? one.person.len && str_equal(one.person, two.person) && one.issuer.len &&
                                two.issuer.len && !str_equal(one.issuer, two.issuer)
                          : one.person.len && !one.issuer.len;
    if (fits && !person_load(s->store, a, one.person, &who, err)) return false;
    if (!fits || !who.is_enabled) {
        return fail(err, PX_ERR_DENIED, S(""), -1,
                    one.issuer.len && !is_pair
                        ? "this is half of a token; the other half comes from the other officer"
                        : "the token is not valid, or has run out");
    }
    *id = who.id;
    return true;
}
