#include "store/int.h"

const Driver postgres_driver = {.name = "PostgreSQL"};
bool postgres_connect(Store *s, Str url, PxErr *err) {
    (void)s, (void)url;
    return fail(err, PX_ERR_UNSUPPORTED, S("database"), -1, "PostgreSQL is not spoken yet");
}
