#!/bin/sh
# What the house does not call: functions without a bound, with hidden state, or of the system where
# only the command may speak to it; and text put into HTML, JSON or XML by printf.
. tests/house/tap.sh.inc

# code FILE...: the sources without comments and the insides of strings, as FILE:LINE:CODE.
code() {
    for file in "$@"; do
        sed -e 's/\\"//g' -e 's/"[^"]*"/""/g' "$file" | awk -v file="$file" '
            { line = $0
              if (inside) { if (!match(line, /\*\//)) next; line = substr(line, RSTART + 2); inside = 0 }
              while (match(line, /\/\*/)) {
                  head = substr(line, 1, RSTART - 1); rest = substr(line, RSTART + 2)
                  if (match(rest, /\*\//)) line = head " " substr(rest, RSTART + 2)
                  else { line = head; inside = 1; break }
              }
              sub(/\/\/.*/, "", line); print file ":" NR ":" line }'
    done
}

# calls NAMES: those of the lines on stdin that call one of them.
# Members (x->close) are not functions of that name.
calls() { grep -E "(^|[^A-Za-z0-9_>.])($1) *\(" || true; }

# The engine is what src/LAYERS lists up to api; of the rest, os, http, worker and the command's file.c
# speak to the system.
folders() { sed -n "$1" src/LAYERS | sed -n '/^[a-z]/s/:.*//p'; }
files() { for m in "$@"; do ls src/"$m"/*.[ch]; done; }
engine="$(files $(folders '1,/^api:/p')) include/paraph.h"
product=$(files $(folders '/^api:/,$p' | grep -vE '^(api|os|http|worker|cli)$'))
unbounded='strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|scanf|sscanf|alloca'
lenient='atoi|atol|atof'
stateful='gmtime|localtime|ctime|asctime|strerror_l|setlocale|rand|srand|tmpnam|tempnam|mktemp|system|popen'
found=$(code src/*/*.[ch] tests/*.h tests/unit/*.[ch] | calls "$unbounded|$stateful")
verdict "no unbounded or stateful function" "$found"
found=$(code src/*/*.[ch] | calls "$lenient")
verdict "no number is read without a check" "$found"

found=$(code $engine | grep -v '^src/base/arena.c:' | calls 'malloc|calloc|realloc|free|strdup')
verdict "memory comes from arenas alone (malloc in arena.c)" "$found"

found=$(code $product $(files os http worker) | calls 'malloc|calloc|realloc|strdup')
verdict "the product's memory comes from arenas alone" "$found"

found=$(code $product | calls 'fopen|open|read|write|close|stat|unlink|rename|getenv|time|clock|clock_gettime|getpid|signal|fork|execve|posix_spawn|socket|connect|fprintf|exit|abort|qsort|toupper|tolower|isalpha|isdigit|isspace|isalnum|strtod')
verdict "the product speaks to the system through os alone" "$found"

# Named queries are bound, never put together: only the drivers, migrations and whole-store copies run SQL.
found=$(code src/*/*.[ch] | grep -vE '^src/store/' | calls 'sqlite3_[a-z0-9_]+|PQ[a-zA-Z]+')
verdict "the database is spoken to in src/store alone" "$found"
found=$(grep -nE '(buf_format|arena_format|snprintf) *\(.*"[^"]*(SELECT|INSERT|UPDATE|DELETE) ' $product || true)
verdict "no SQL is put together by a format" "$found"

found=$(code src/cli/*.[ch] | grep -v '^src/cli/file.c:' | calls 'malloc|calloc|realloc|free|strdup')
verdict "the command allocates in file.c alone" "$found"

found=$(code $engine | grep -vE '^src/base/err.c:|^src/base/arena.c:[0-9]*: *close.ctx.;' |
    calls 'fopen|open|read|write|close|stat|unlink|getenv|time|clock|clock_gettime|getpid|signal|printf|fprintf|puts|putchar|fputs|exit|abort|qsort|toupper|tolower|isalpha|isdigit|isspace|isalnum|strtod')
verdict "the engine calls neither system, clock, locale nor streams" "$found"

found=$(grep -nE '^ *# *include *<(stdlib|time|locale|unistd|fcntl|errno|signal|ctype|sys/.*|threads|pthread)\.?h?>' $engine |
    grep -vE '^src/base/(arena|err)\.c:' || true)
verdict "the engine includes no header of the system" "$found"

found=$(code src/cli/*.[ch] | grep -vE '^src/cli/(file|progress)\.c:' |
    calls 'open|fopen|read|write|close|stat|fstat|unlink|rename|isatty|alarm|sigaction|mkstemp')
verdict "the command speaks to the system in file.c and progress.c alone" "$found"

# Text of documents and callers is a Str, and a Str in a format is "%.*s": none stands in markup. (A
# "%s" is a literal of the program.)
found=$(grep -nE '(printf|buf_format|arena_format) *\(.*"[^"]*<[a-z/!][^"]*%\.\*s' src/*/*.c |
    grep -vE 'fail\(|complain\(' || true)
verdict "no text is printed into markup by a format" "$found"

found=$(code $engine | awk -F: '{ text = $0; sub(/^[^:]*:[^:]*:/, "", text)
    if (text ~ /^static [^(=]*(\[[^]]*\])?[^(=]*(=.*)?;? *$/ && text !~ /const|inline|_Static_assert/ && text !~ /\(/)
        print }')
verdict "the engine keeps no mutable global" "$found"

sample=$(printf 'x.c:1:  strcpy(a, b);\nx.c:2: my_strcpy(a);\n' | calls "$unbounded")
[ "$sample" = 'x.c:1:  strcpy(a, b);' ] && wrong= || wrong="found: $sample"
verdict "a banned call is found" "$wrong"
tap_end
