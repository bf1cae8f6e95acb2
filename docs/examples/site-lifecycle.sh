#!/bin/sh
# A site from its creation to its deletion, through the API. Needs curl and a running PyUniqVisit:
#
#   API=http://127.0.0.1:8000 COLLECTOR=http://127.0.0.1:8001 ADMIN_PASSWORD=… sh site-lifecycle.sh
#
# Every step checks the status of the response; the script exits with 1 at the first unexpected one.
set -eu
API=${API:-http://127.0.0.1:8000}
COLLECTOR=${COLLECTOR:-http://127.0.0.1:8001}
SITE=${SITE:-shop}
NEW_USER=${NEW_USER:-alice}
USER_PASSWORD=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
BROWSER='Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
TOKEN=

# call STATUS METHOD PATH [BODY]: prints the response body; fails unless the response has that status.
call() {
    answer=$(curl -sS -w '\n%{http_code}' -X "$2" "$API/api/v1$3" \
        ${TOKEN:+-H "Authorization: Bearer $TOKEN"} ${4:+-H 'Content-Type: application/json' -d "$4"})
    status=${answer##*
}
    if [ "$status" != "$1" ]; then
        echo "$2 $3: expected $1, got $answer" >&2
        exit 1
    fi
    printf '%s\n' "${answer%
*}"
}

# field NAME: prints that field of the JSON on standard input.
field() {
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# log_in NEW_USER PASSWORD: prints an access token.
log_in() {
    TOKEN='' call 200 POST /auth/token "{\"username\": \"$1\", \"password\": \"$2\"}" | field access_token
}

# count_visitors N: waits until the site has N visitors today.
count_visitors() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        visitors=$(call 200 GET "/sites/$SITE/stats/summary?period=day" | field visitors)
        [ "$visitors" = "$1" ] && return
        sleep 1
    done
    echo "expected $1 visitors, got $visitors" >&2
    exit 1
}

echo "Log in as administrator; create a user and two sites"
ADMIN_TOKEN=$(log_in "${ADMIN_NAME:-admin}" "$ADMIN_PASSWORD")
TOKEN=$ADMIN_TOKEN
call 201 POST /users "{\"username\": \"$NEW_USER\", \"password\": \"$USER_PASSWORD\"}"
call 201 POST /sites "{\"name\": \"$SITE\", \"url\": \"https://shop.example\", \"timezone\": \"Europe/London\"}"
call 201 POST /sites "{\"name\": \"$SITE-other\", \"url\": \"https://other.example\"}"
call 409 POST /sites "{\"name\": \"$SITE\", \"url\": \"https://shop.example\"}"

echo "Add the user to one of the sites"
call 204 PUT "/sites/$SITE/members/$NEW_USER"
call 200 GET "/sites/$SITE/members"

echo "Visit that site; collectors learn of a new site within seconds"
COOKIE=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
curl -sS --fail --retry 10 --retry-delay 1 --retry-all-errors -A "$BROWSER" "$COLLECTOR/collect" \
    -d "{\"site\": \"$SITE\", \"url\": \"https://shop.example/hats\", \"visitor\": \"$COOKIE\"}"

echo "Log in as the user and read the reports"
USER_TOKEN=$(log_in "$NEW_USER" "$USER_PASSWORD")
TOKEN=$USER_TOKEN
call 200 GET /me
call 200 GET /sites
count_visitors 1
call 200 GET "/sites/$SITE/stats/timeseries?period=7d"
call 200 GET "/sites/$SITE/stats/breakdown/page?period=day"

echo "Check that the user has no access to the other site, to visitors and to administration"
call 404 GET "/sites/$SITE-other"
call 404 GET "/sites/$SITE-other/stats/summary?period=day"
call 403 GET "/sites/$SITE/visitors"
call 403 GET /users
call 403 DELETE "/sites/$SITE"

echo "Find the visitor by cookie as administrator, and erase the visitor"
TOKEN=$ADMIN_TOKEN
VISITOR=$(call 200 POST "/sites/$SITE/visitors/lookup" "{\"cookie\": \"$COOKIE\"}" | field visitor)
call 200 GET "/sites/$SITE/visitors"
call 200 DELETE "/sites/$SITE/visitors/$VISITOR"
call 404 GET "/sites/$SITE/visitors/$VISITOR"
count_visitors 0

echo "Delete the sites and the user"
call 202 DELETE "/sites/$SITE"
call 202 DELETE "/sites/$SITE-other"
call 404 GET "/sites/$SITE"
call 204 DELETE "/users/$NEW_USER"
TOKEN=$USER_TOKEN
call 401 GET /me
echo "Done"
