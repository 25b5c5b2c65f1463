/* web: the count of failed logins, which nobody can wash away by failing with other names. */
/* needs: engine os json store record rules worker dossier http web */
#include "web/int.h"

#include "t.h"

static Web *web_new(Arena *a) {
    Web *w = NEW(a, Web);
    pthread_mutex_init(&w->lock, NULL);
    os_random(&w->key, sizeof w->key);
    return w;
}

static void fail_often(Web *w, Str peer, Str name, int times) {
    for (int i = 0; i < times; i++) login_failed(w, peer, name);
}

static void names_inner(Arena *a) {
    Web *w = web_new(a);
    const Str peer = S("192.0.2.1"), name = S("so-defence");
    fail_often(w, peer, name, 9);
    T_CHECK(login_may_try(w, peer, name));
    fail_often(w, peer, name, 1);
    T_CHECK(!login_may_try(w, peer, name));
    T_CHECK(!login_may_try(w, S("192.0.2.2"), name)); /* from wherever */
    T_CHECK(login_may_try(w, peer, S("draftsman")));
    T_CHECK(login_may_try(w, S("so-defence"), S("192.0.2.1"))); /* a name is no address */
}
static void names(void) { t_with_arena(names_inner); }

static void addresses_inner(Arena *a) {
    Web *w = web_new(a);
    const Str peer = S("192.0.2.1");
    for (int i = 0; i < 50; i++) {
        const Str name = arena_format(a, "somebody-%d", i);
        T_CHECK(login_may_try(w, peer, name));
        login_failed(w, peer, name);
    }
    T_CHECK(!login_may_try(w, peer, S("another")));
    T_CHECK(login_may_try(w, S("192.0.2.2"), S("another")));
}
static void addresses(void) { t_with_arena(addresses_inner); }

/* Many addresses that fail with many names, between the tries of one: it is not forgotten. */
static void floods_inner(Arena *a) {
    Web *w = web_new(a);
    const Str name = S("secretary-defence");
    int tried = 0;
    for (int i = 0; i < 50000; i++) {
        const Str peer = arena_format(a, "2001:db8::%x", i);
        if (i % 500 == 0 && login_may_try(w, peer, name)) {
            login_failed(w, peer, name);
            tried++;
        }
        login_failed(w, peer, arena_format(a, "no-such-%d", i));
    }
    T_CHECK(tried >= 10);
    T_CHECK(tried <= 20);
    if (tried > 20) printf("# %d\n", tried);
}
static void floods(void) { t_with_arena(floods_inner); }

int main(void) {
    T_RUN(names);
    T_RUN(addresses);
    T_RUN(floods);
    return t_end();
}
