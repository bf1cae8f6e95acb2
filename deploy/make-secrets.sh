#!/bin/sh
# Create the secrets that docker-compose.yml mounts, in deploy/secrets/. Existing ones are never overwritten.
# Only its owner can enter the folder; the files in it are readable, because services run as another user.
set -eu
umask 077
folder=$(cd "$(dirname "$0")" && pwd)/secrets
mkdir -p "$folder"

random_hex() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

make() { # make NAME BYTES
    file=$folder/$1.txt
    if [ -e "$file" ]; then
        echo "kept      $file"
        return
    fi
    (set -C && random_hex "$2" >"$file")
    chmod 444 "$file"
    echo "made      $file"
}

make database_password 32
make jwt_secret 48
make admin_password 12
make grafana_password 12
