#!/bin/bash
# crm-add reads ahead with threads: what is stored, said and rejected is the
# same for any number of them.
. "${0%/*}/../lib.sh"

# 6,000 lines: complete ones, some that lack stamps, references to come, keys
# in the singular, bad ones, and a change of source in the middle.
awk 'BEGIN { for (i = 0; i < 6000; i++) {
	src = i < 4000 ? "a.csv" : "b.csv"
	if (i % 997 == 5) { print "no record " i; continue }
	if (i % 1009 == 5) { printf "{\"type\":\"contact\",\"id\":\"x%d\",\"emails\":[\"bad\"]}\n", i; continue }
	if (i % 7 == 3) { printf "{\"type\":\"account\",\"id\":\"c%d\",\"name\":\"Firm %d\",\"domain\":\"f%d.example\",\"_src\":{\"file\":\"%s\",\"line\":%d}}\n", i, i, i, src, i + 1; continue }
	printf "{\"id\":\"c%d\",\"type\":\"contact\",\"email\":\"u%d@example.com\",\"phones\":[\"+3021012%05d\"],\"account\":\"c%d\"", i, i % 2500, i, (i + 7) % 6000
	if (i % 3) printf ",\"created\":\"2026-01-02T03:04:05Z\",\"updated\":\"2026-01-02T03:04:05Z\""
	printf ",\"_src\":{\"file\":\"%s\",\"line\":%d}}\n", src, i + 1
} }' >lines
for j in 1 2 8; do
	crm init -q -s s$j
	fails_with 3 "$j threads" "crm-add -q -s s$j -j $j --batch 2500 --reject r$j lines 2>e$j"
	crm status -s s$j --digest | grep digest >d$j
	crm-find -s s$j any -F values -f id,rev >h$j
	crm-history -s s$j blame c5000 | jq -r 'select(.field == "id") | .source, .line' >b$j
	ok "$j threads: a sound store" "crm verify -s s$j"
done
ok 'a transaction each 2,500 lines, and where the source changes' '[ "$(crm status -s s1 -F jsonl | jq .rev)" -gt 4 ]'
is 'rejects' "$(wc -l <r1)" 12
is 'a message each' "$(grep -c "not JSON\|not an address" e1)" 12
for j in 2 8; do
	same "$j threads: the same records" "cat d$j" <d1
	same "$j threads: the same numbers, in the same transactions" "cat h$j" <h1
	same "$j threads: the same rejects" "cat r$j" <r1
	same "$j threads: the same messages" "cat e$j" <e1
	same "$j threads: the same source" "cat b$j" <b1
done
is 'keys made ahead find' "$(crm-find -s s2 --count email:u77@example.com)" "$(crm-find -s s1 --count email:u77@example.com)"
fails_with 3 'again: all there already' 'crm-add -q -s s2 -j 2 lines 2>again'
is 'every line is rejected' "$(wc -l <again)" 6000
same 'the echo is in the order of the input' \
	'crm init -q -s s4; crm-add -s s4 -j 4 lines 2>/dev/null | jq -r .id' \
	< <(jq -rR 'fromjson? | .id' lines | grep -v '^x')
done_testing
