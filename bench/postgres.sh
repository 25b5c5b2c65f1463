#!/bin/sh
# postgres BUILD: the benchmarks of the product on the server that PARAPH_TEST_POSTGRES names
# (postgres://...?...; script/with-postgres starts one), each in a schema that goes with it.
#
#   script/with-postgres bench/postgres.sh build/release
set -eu
build=${1:?which build folder}
cd "$(dirname "$0")/.."
sql() { psql -qX "$PARAPH_TEST_POSTGRES" -c "SET client_min_messages=error" -c "$1"; }
trap 'sql "DROP SCHEMA IF EXISTS paraph_bench CASCADE"' EXIT
on_schema() { # PROGRAM ARGUMENT...: on a folder and a schema made anew, given as FOLDER and URL
    sql "DROP SCHEMA IF EXISTS paraph_bench CASCADE"
    sql "CREATE SCHEMA paraph_bench"
    rm -rf build/bench/postgres
    "$@" "$PARAPH_TEST_POSTGRES&options=-csearch_path%3Dparaph_bench"
}
printf '\non PostgreSQL\n'
mkdir -p build/bench
on_schema "$build/bench_record" build/bench/postgres 20000
on_schema "$build/bench_acts" build/bench/postgres 20000
PARAPH=$build/paraph on_schema python3 bench/serve.py build/bench/postgres 8000
