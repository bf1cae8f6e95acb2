#!/bin/bash
# join.sh SERVER...: adds servers to the coordinator $COORDINATOR. Safe to repeat.
set -euo pipefail

PGPASSWORD=$(cat "${PASSWORD_FILE:-/run/secrets/database_password}")
export PGPASSWORD PGUSER=${PGUSER:-pyuniqvisit} PGDATABASE=${PGDATABASE:-pyuniqvisit}
port=${PGPORT:-5432}

ask() { # ask SERVER, with statements on stdin
    psql --host "${1%%:*}" --port "${2:-$port}" --no-psqlrc --quiet --tuples-only --output /dev/null \
        --set ON_ERROR_STOP=1 --set password="$PGPASSWORD" --set coordinator="${COORDINATOR%%:*}" \
        --set coordinator_port="$coordinator_port" --set server="${server%%:*}" --set server_port="$server_port"
}

port_of() { case $1 in *:*) echo "${1##*:}" ;; *) echo "$port" ;; esac; }

coordinator_port=$(port_of "$COORDINATOR")
server=$COORDINATOR server_port=$coordinator_port
ask "$COORDINATOR" "$coordinator_port" <<'SQL'
create extension if not exists citus;
select citus_set_coordinator_host(:'coordinator', :coordinator_port);
SQL

for server in "$@"; do
    server_port=$(port_of "$server")
    # The roles of the API and the worker: the coordinator logs in as them, with the same password.
    ask "$server" "$server_port" <<'SQL'
create extension if not exists citus;
set citus.enable_ddl_propagation = off;
select 'create role pyuniqvisit_api' where to_regrole('pyuniqvisit_api') is null \gexec
select 'create role pyuniqvisit_worker bypassrls' where to_regrole('pyuniqvisit_worker') is null \gexec
alter role pyuniqvisit_api login password :'password';
alter role pyuniqvisit_worker login password :'password';
SQL
    ask "$COORDINATOR" "$coordinator_port" <<'SQL'
select citus_add_node(:'server', :server_port);
SQL
    echo "$server has joined"
done
