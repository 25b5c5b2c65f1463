/* Where the server listens, and who calls. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/int.h"

enum { BACKLOG = 511 };

static bool system_says(Str where, const char *what, PxErr *err) {
    const int number = errno;
    char why[128] = "";
    const char *words = strerror_r(number, why, sizeof why);
    return fail(err, number == EADDRINUSE ? PX_ERR_BUSY : PX_ERR_SYSTEM, where, -1,
                "the server cannot %s there: %s", what, words);
}

/* ---- a unix socket ---- */

/* A socket file nobody listens at is left from a server that was killed. */
static bool remove_stale(const struct sockaddr_un *name, Str path, PxErr *err) {
    struct stat info;
    if (lstat(name->sun_path, &info) != 0) return true;
    if (!S_ISSOCK(info.st_mode)) {
        return fail(err, PX_ERR_CONFLICT, path, -1,
                    "there is a file of this name that is no socket (choose another)");
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return system_says(path, "listen", err);
    const bool answers = connect(fd, (const struct sockaddr *)name, sizeof *name) == 0;
    close(fd);
    if (answers) {
        return fail(err, PX_ERR_BUSY, path, -1, "another server listens at this socket");
    }
    return unlink(name->sun_path) == 0 || system_says(path, "listen", err);
}

static bool listen_unix(HttpServer *s, Str path, PxErr *err) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    if (path.len >= (ptrdiff_t)sizeof name.sun_path || memchr(path.ptr, 0, (size_t)path.len)) {
        return fail(err, PX_ERR_CONFLICT, path, -1,
                    "the path of a socket has at most %d bytes (choose a shorter one)",
                    (int)sizeof name.sun_path - 1);
    }
    memcpy(name.sun_path, path.ptr, (size_t)path.len);
    if (!remove_stale(&name, path, err)) return false;
    s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->listener < 0) return system_says(path, "listen", err);
    /* for the owner and the group, which the proxy is in */
    if (fchmod(s->listener, 0660) != 0 ||
        bind(s->listener, (const struct sockaddr *)&name, sizeof name) != 0) {
        return system_says(path, "listen", err);
    }
    s->socket = path;
    if (chmod(name.sun_path, 0660) != 0) return system_says(path, "listen", err);
    return listen(s->listener, BACKLOG) == 0 || system_says(path, "listen", err);
}

/* ---- an address ---- */

typedef union Address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage room;
} Address;

static bool is_loopback(const Address *at) {
    if (at->any.sa_family == AF_INET) return (ntohl(at->v4.sin_addr.s_addr) >> 24) == 127;
    return IN6_IS_ADDR_LOOPBACK(&at->v6.sin6_addr);
}

static bool read_address(Str text, int port, Address *out, socklen_t *len) {
    char text_z[64];
    if (text.len >= (ptrdiff_t)sizeof text_z || port < 0 || port > 65535) return false;
    memcpy(text_z, text.ptr, (size_t)text.len);
    text_z[text.len] = '\0';
    *out = (Address){0};
    if (inet_pton(AF_INET, text_z, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons((uint16_t)port);
        *len = sizeof out->v4;
        return true;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons((uint16_t)port);
    *len = sizeof out->v6;
    return inet_pton(AF_INET6, text_z, &out->v6.sin6_addr) == 1;
}

static bool listen_address(HttpServer *s, Str text, PxErr *err) {
    Address at;
    socklen_t len;
    if (!read_address(text, s->options.port, &at, &len)) {
        return fail(err, PX_ERR_CONFLICT, text, -1,
                    "the server listens at an address like 127.0.0.1 and a port to 65535");
    }
    if (!s->options.is_public && !is_loopback(&at)) {
        return fail(
            err, PX_ERR_DENIED, text, -1,
            "the server listens to this machine alone (put a proxy in front, or say that it "
            "is to be public)");
    }
    s->listener = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    if (s->listener < 0 || setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(s->listener, &at.any, len) != 0 || listen(s->listener, BACKLOG) != 0 ||
        getsockname(s->listener, &at.any, &len) != 0) {
        return system_says(text, "listen", err);
    }
    s->port = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    return true;
}

bool server_listen(HttpServer *s, PxErr *err) {
    s->listener = -1;
    if (s->options.socket.len) return listen_unix(s, s->options.socket, err);
    return listen_address(s, s->options.address, err);
}

void server_unlisten(HttpServer *s) {
    char path[sizeof((struct sockaddr_un *)0)->sun_path] = "";
    if (s->listener >= 0) close(s->listener);
    s->listener = -1;
    if (!s->socket.len) return;
    memcpy(path, s->socket.ptr, (size_t)s->socket.len);
    unlink(path);
    s->socket = (Str){NULL, 0};
}

Str peer_name(Arena *a, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (!info || !info->client_addr) return S("unix");
    Address at = {0};
    const sa_family_t family = info->client_addr->sa_family;
    if (family == AF_INET) memcpy(&at.v4, info->client_addr, sizeof at.v4);
    else if (family == AF_INET6) memcpy(&at.v6, info->client_addr, sizeof at.v6);
    else return S("unix");
    const void *address = family == AF_INET ? (const void *)&at.v4.sin_addr : &at.v6.sin6_addr;
    if (!inet_ntop(family, address, text, sizeof text)) return S("unix");
    return arena_str(a, str_from_z(text));
}
