#include "store/int.h"

static bool not_yet(PxErr *err) {
    return fail(err, PX_ERR_UNSUPPORTED, S("store"), -1, "this is not built yet");
}
bool store_export(Store *s, Str folder, bool with_keys, PxErr *err) {
    (void)s, (void)folder, (void)with_keys;
    return not_yet(err);
}
bool store_import(Store *s, Str folder, PxErr *err) {
    (void)s, (void)folder;
    return not_yet(err);
}
bool store_backup(Store *s, Str folder, PxErr *err) {
    (void)s, (void)folder;
    return not_yet(err);
}
