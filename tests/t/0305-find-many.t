#!/bin/bash
# A scan that finds little is shared out among threads: the same records in the
# same order for any number of them, beside edits, deletes and other types.
. "${0%/*}/../lib.sh"
crm init -q
awk 'BEGIN { for (i = 0; i < 60000; i++) {
	c = i % 211 ? "DE" : "GR"
	printf "{\"id\":\"c%d\",\"type\":\"%s\",\"name\":\"Name %d\",\"tags\":[\"t%d\"],\"score\":%d%s}\n", i, i % 5 ? "contact" : "lead", i, i % 301, i % 4001, i % 3 ? ",\"colour\":\"" c "\"" : ""
} }' >lines
crm-add -q lines
seq 100 97 59000 | sed 's/^/c/' | crm-edit -q score=5000 >/dev/null 2>&1
seq 150 89 59000 | sed 's/^/c/' | crm-rm -q - >/dev/null 2>&1
ok 'a store' '[ "$(crm-find --count any)" -gt 50000 ]'
for q in 'contact colour:GR' 'lead colour:GR score:0..2000' 'any tags:t7' \
	'contact name~^Name.*99$' 'any score:5000' 'contact score:0..3000' \
	'any not colour:any' 'lead score:4000'; do
	read -ra words <<<"$q"
	crm-find -j 1 "${words[@]}" >one
	ok "$q: finds some" '[ -s one ]'
	same "$q: by 2 threads" "crm-find -j 2 ${words[*]@Q}" <one
	same "$q: by 7 threads" "crm-find -j 7 ${words[*]@Q}" <one
	is "$q: counted" "$(crm-find -j 3 --count "${words[@]}")" "$(wc -l <one)"
	is "$q: limited" "$(crm-find -j 3 -l 5 "${words[@]}")" "$(head -5 one)"
done
crm-find -j 1 any tags:t7 --sort=-score,id -f id,score >one
same 'sorted' 'crm-find -j 4 any tags:t7 --sort=-score,id -f id,score' <one
crm-find -j 1 any tags:t7 --since 2 >one
same 'since a revision' 'crm-find -j 4 any tags:t7 --since 2' <one
is 'before the edits' "$(crm-find -j 4 --count any score:5000 --as-of 2026-11-21T11:59:59Z)" 0
is 'explained: rows read' "$(crm-find -j 4 --explain any tags:t7)" "$(crm-find -j 1 --explain any tags:t7)"
done_testing
