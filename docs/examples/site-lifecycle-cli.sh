#!/bin/sh
# A site from its creation to its deletion, on the command line. Needs `pyuniqvisit`, curl and a running PyUniqVisit:
#
#   API=http://127.0.0.1:8000 COLLECTOR=http://127.0.0.1:8001 ADMIN_PASSWORD=… sh site-lifecycle-cli.sh
#
# Every step checks the exit code; the script exits with 1 at the first unexpected one.
set -eu
API=${API:-http://127.0.0.1:8000}
COLLECTOR=${COLLECTOR:-http://127.0.0.1:8001}
SITE=${SITE:-shop}
NEW_USER=${NEW_USER:-alice}
USER_PASSWORD=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
BROWSER='Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
REFUSED=3
NOT_FOUND=5

# Two users on one machine: each has a configuration directory that holds the login.
HOMES=$(mktemp -d)
trap 'rm -rf "$HOMES"' EXIT
as() {
    account=$1
    shift
    XDG_CONFIG_HOME=$HOMES/$account pyuniqvisit "$@"
}

# ends CODE COMMAND…: runs the command; fails unless it exits with that code.
ends() {
    wanted=$1
    shift
    code=0
    "$@" || code=$?
    if [ "$code" != "$wanted" ]; then
        echo "$*: expected exit code $wanted, got $code" >&2
        exit 1
    fi
}

# count_visitors N: waits until the site has N visitors today.
count_visitors() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        visitors=$(as user stats "$SITE" --period day | sed -n 's/^Visitors *//p')
        [ "$visitors" = "$1" ] && return
        sleep 1
    done
    echo "expected $1 visitors, got $visitors" >&2
    exit 1
}

echo "Log in as administrator; create a user and two sites"
echo "$ADMIN_PASSWORD" | as admin login "${ADMIN_NAME:-admin}" --api "$API" --password-stdin
echo "$USER_PASSWORD" | as admin users create "$NEW_USER" --password-stdin
as admin sites create "$SITE" https://shop.example --timezone Europe/London
as admin sites create "$SITE-other" https://other.example
ends 1 as admin sites create "$SITE" https://shop.example
as admin sites snippet "$SITE"

echo "Add the user to one of the sites"
as admin sites add-member "$SITE" "$NEW_USER"
as admin sites members "$SITE"

echo "Visit that site; collectors learn of a new site within seconds"
COOKIE=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
curl -sS --fail --retry 10 --retry-delay 1 --retry-all-errors -A "$BROWSER" "$COLLECTOR/collect" \
    -d "{\"site\": \"$SITE\", \"url\": \"https://shop.example/hats\", \"visitor\": \"$COOKIE\"}"

echo "Log in as the user and read the reports"
echo "$USER_PASSWORD" | as user login "$NEW_USER" --api "$API" --password-stdin
as user whoami
as user sites list
count_visitors 1
as user stats "$SITE" --period 7d
as user stats "$SITE" --period day --by page

echo "Check that the user has no access to the other site, to visitors and to administration"
ends $NOT_FOUND as user sites show "$SITE-other"
ends $NOT_FOUND as user stats "$SITE-other"
ends $REFUSED as user visitors list "$SITE"
ends $REFUSED as user users list
ends $REFUSED as user sites delete "$SITE" --yes

echo "Find the visitor by cookie as administrator, and erase the visitor"
VISITOR=$(as admin visitors lookup "$SITE" "$COOKIE")
as admin visitors list "$SITE"
as admin visitors erase "$SITE" "$VISITOR" --yes
ends $NOT_FOUND as admin visitors show "$SITE" "$VISITOR"
count_visitors 0

echo "Delete the sites and the user"
as admin sites delete "$SITE" --yes
as admin sites delete "$SITE-other" --yes
ends $NOT_FOUND as admin sites show "$SITE"
as admin users delete "$NEW_USER" --yes
ends $REFUSED as user whoami
as admin logout
ends $REFUSED as admin whoami
echo "Done"
