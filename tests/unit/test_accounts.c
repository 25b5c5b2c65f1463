/* Passwords, tokens in two halves, and sessions that end. */
/* needs: engine os json store record rules worker dossier */
#include "dossier/int.h"
#include "unit/dossier_fixture.h"

/* Who changes his password because somebody knows it is rid of him. */
static void a_new_password_ends_sessions(Test *t) {
    Outcome out;
    PxErr err = {0};
    Str id, token, other;
    Service *s = t->w.service;
    const Str desk = person_id(DESK), password = S("correct horse battery");
    T_OK(account_set_password(s, t->arena, desk, S("test"), desk, password, &out, &err), &err);
    T_OK(account_login(s, t->arena, desk, password, &id, &token, &err), &err);
    T_OK(account_by_token(s, t->arena, token, &id, &err), &err);
    T_OK(account_make_token(s, t->arena, person_id(ADMIN), S("test"), desk, 9, &other, &out, &err),
         &err);
    const Str first = other;
    T_OK(account_make_token(s, t->arena, person_id(SECURITY), S("test"), desk, 9, &other, &out,
                            &err),
         &err);
    const Str both =
        arena_format(t->arena, "%.*s %.*s", (int)first.len, first.ptr, (int)other.len, other.ptr);
    T_OK(account_set_password(s, t->arena, desk, S("test"), desk, S("staple after staple"), &out,
                              &err),
         &err);
    T_CHECK(!account_by_token(s, t->arena, token, &id, &err) && err.kind == PX_ERR_DENIED);
    T_OK(account_by_token(s, t->arena, both, &id, &err), &err);
}

static void clock_minutes(int minutes) {
    char now[32];
    snprintf(now, sizeof now, "%lld", 1472688000000000LL + minutes * 60000000LL);
    setenv("PARAPH_NOW", now, 1);
}

/* Thirty minutes without a use, or twelve hours in all, and a login is over; a token that was given
 * for days is none. */
static void sessions_end(Test *t) {
    Outcome out;
    PxErr err = {0};
    Str id, token, second, halves[2];
    Service *s = t->w.service;
    const Str desk = person_id(DESK), password = S("correct horse battery");
    clock_minutes(0);
    T_OK(account_set_password(s, t->arena, desk, S("test"), desk, password, &out, &err), &err);
    for (int i = 0; i < 2; i++) {
        T_OK(account_make_token(s, t->arena, person_id(i ? ADMIN : SECURITY), S("test"), desk, 9,
                                &halves[i], &out, &err),
             &err);
    }
    T_OK(account_login(s, t->arena, desk, password, &id, &token, &err), &err);
    T_OK(account_login(s, t->arena, desk, password, &id, &second, &err), &err);
    for (int minutes = 29; minutes < 12 * 60; minutes += 29) { /* used, it lives */
        clock_minutes(minutes);
        T_OK(account_by_token(s, t->arena, token, &id, &err), &err);
        T_EQ_STR(id, desk);
        if (minutes > 30) T_CHECK(!account_by_token(s, t->arena, second, &id, &err));
    }
    clock_minutes(12 * 60 - 1);
    T_OK(account_by_token(s, t->arena, token, &id, &err), &err);
    clock_minutes(12 * 60);
    T_CHECK(!account_by_token(s, t->arena, token, &id, &err));
    T_EQ_INT(err.kind, PX_ERR_DENIED);
    clock_minutes(13 * 60);
    T_OK(account_login(s, t->arena, desk, password, &id, &token, &err), &err);
    clock_minutes(13 * 60 + 29);
    T_OK(account_by_token(s, t->arena, token, &id, &err), &err);
    clock_minutes(13 * 60 + 59);
    T_CHECK(!account_by_token(s, t->arena, token, &id, &err));
    T_EQ_STR(str_from_z(err.message), S("the token is not valid, or has run out"));
    clock_minutes(8 * 24 * 60);
    const Str both = arena_format(t->arena, "%.*s%.*s", (int)halves[0].len, halves[0].ptr,
                                  (int)halves[1].len, halves[1].ptr);
    T_OK(account_by_token(s, t->arena, both, &id, &err), &err);
}

static void all(void) {
    RUN(a_new_password_ends_sessions);
    RUN(sessions_end);
}

int main(void) { return in_copies(all); }
