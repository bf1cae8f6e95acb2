#!/bin/sh
# A client that pairs with a site once and then reads its numbers, signed by RFC 9421. Needs curl and openssl 3.
#
#   sh paired.sh key.pem 'https://stats.example.com/pair/shop#code=uvr_…'     once: makes a key and registers it
#   API=https://stats.example.com SITE=shop sh paired.sh key.pem              from then on: prints the numbers
set -eu
umask 077
KEY=$1

hex() { od -An -v -tx1 | tr -d ' \n'; }

# The last 32 bytes of the public key in DER are the key itself.
public_key() { openssl pkey -in "$KEY" -pubout -outform DER | tail -c 32 | hex; }

if [ $# -gt 1 ]; then
    API=${2%%/pair/*}
    SITE=${2##*/pair/} SITE=${SITE%%#*}
    openssl genpkey -algorithm ed25519 -out "$KEY"
    body="{\"site_id\": \"$SITE\", \"public_key_hex\": \"$(public_key)\", \"name\": \"paired.sh\", \"code\": \"${2##*#code=}\"}"
    printf %s "$body" | curl -sSf "$API/register-key" -H 'Content-Type: application/json' -d @- >&2
fi

# read REPORT QUERY: the query as it is sent; it begins with its `?`, also where it is empty.
read_report() {
    path=/api/v1/sites/$SITE/stats/$1
    now=$(date +%s)
    params="(\"@method\" \"@path\" \"@query\");created=$now;expires=$((now + 60));nonce=\"$(openssl rand -hex 16)\""
    params="$params;keyid=\"$(public_key)\";alg=\"ed25519\""
    base=$(mktemp)
    printf '"@method": GET\n"@path": %s\n"@query": %s\n"@signature-params": %s' "$path" "${2:-?}" "$params" >"$base"
    # openssl signs files only.
    signature=$(openssl pkeyutl -sign -inkey "$KEY" -rawin -in "$base" | openssl base64 -A)
    rm "$base"
    curl -sSf "$API$path$2" -H "Signature-Input: uv=$params" -H "Signature: uv=:$signature:"
}

read_report summary '?period=7d'
