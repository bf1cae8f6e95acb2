#!/bin/sh
# Reads a site's numbers with the older scheme: X-Timestamp, and X-Signature over "{site_id}:{timestamp}". Needs curl and
# openssl 3. The private key, 64 hexadecimal digits, is what the QR code of the older clients holds.
#
#   API=https://stats.example.com SITE=shop PRIVATE_KEY=… sh older-scheme.sh
set -eu
umask 077
key=$(mktemp) message=$(mktemp)
trap 'rm -f "$key" "$message"' EXIT

# openssl reads a private key as PKCS#8, whose first 16 bytes are always these.
pkcs8() { awk -v hex="302e020100300506032b657004220420$PRIVATE_KEY" 'BEGIN {
    for (i = 1; i < length(hex); i += 2) printf "\\%03o", 16 * (index("0123456789abcdef", substr(hex, i, 1)) - 1) \
        + index("0123456789abcdef", substr(hex, i + 1, 1)) - 1 }'; }
printf "$(pkcs8)" | openssl pkey -inform DER -out "$key"

timestamp=$(date +%s)
printf %s "$SITE:$timestamp" >"$message"
signature=$(openssl pkeyutl -sign -inkey "$key" -rawin -in "$message" | od -An -v -tx1 | tr -d ' \n')
curl -sSf "$API/api/v1/sites/$SITE/stats/summary?period=7d" -H "X-Timestamp: $timestamp" -H "X-Signature: $signature"
