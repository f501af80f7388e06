#!/bin/bash
# crm-history feed and apply: resumed, followed, given to another store.
. "${0%/*}/../lib.sh"

crm init >/dev/null
crm-add -q account id=acme name=Acme
crm-add -q contact id=maria name=Maria account=acme
crm-edit -q maria title=CEO
crm-rm -q maria
crm-history undo last -q
is 'the operations' "$(crm-history feed -f op -F values | tr '\n' ' ')" 'add add edit rm undo '
same 'a line: what, who, before and after' 'crm-history feed --since 2 -l 1' <<'EOF2'
{"rev":3,"txn":3,"at":"2026-11-21T12:00:00Z","actor":"tester","program":"crm-edit","op":"edit","id":"maria","type":"contact","before":{"id":"maria","type":"contact","rev":2,"name":"Maria","account":"acme","created":"2026-11-21T12:00:00Z","updated":"2026-11-21T12:00:00Z"},"after":{"id":"maria","type":"contact","rev":3,"name":"Maria","account":"acme","title":"CEO","created":"2026-11-21T12:00:00Z","updated":"2026-11-21T12:00:00Z"}}
EOF2
is '-t' "$(crm-history feed -t account -f id -F values)" acme
is '--as-of a time before' "$(crm-history feed --as-of 2026-11-20 | wc -l)" 0
crm-history feed >all
for cut in 0 1 2 3 4 5; do
	rev=$([ $cut = 0 ] && echo 0 || sed -n "${cut}p" all | sed 's/{"rev":\([0-9]*\).*/\1/')
	cmp -s <(tail -n +$((cut + 1)) all) <(crm-history feed --since "$rev")
	verdict $? "resumed after line $cut"
done
is '--end tells where to go on' "$(crm-history feed --since 5 --end)" '{"_end":0,"_rev":5}'
fails_with 2 '--since wants a revision' 'crm-history feed --since yesterday'

# Followed beside writers: every change once, in order.
crm-history feed --since 5 --follow >followed &
pid=$!
for i in 1 2 3; do
	seq $((i * 100)) $((i * 100 + 99)) | sed 's/.*/{"type":"contact","id":"c&"}/' | crm-add -q --batch 30 &
	writers="${writers:-} $!"
done
# shellcheck disable=SC2086
wait $writers
for _ in $(seq 100); do
	[ "$(wc -l <followed)" -ge 300 ] && break
	sleep 0.1
done
kill $pid
wait $pid 2>/dev/null
cmp -s followed <(crm-history feed --since 5)
verdict $? 'followed beside three writers' "$(wc -l <followed) lines"
is 'all of them' "$(wc -l <followed)" 300
crm-history feed --follow -l 3 >three
is '--follow with -l ends' "$(wc -l <three)" 3

# Another store makes the same changes.
other=$scratch/other
crm init -s "$other" >/dev/null
ok 'apply' "crm-history feed | crm-history apply -s '$other' -q"
strip() {
	sed 's/"rev":[0-9]*,//'
}
cmp -s <(crm-find any | strip) <(crm-find any -s "$other" | strip)
verdict $? 'the stores are equal'
same 'applied twice, from the beginning' \
	"crm-history feed | crm-history apply -s '$other' -q --summary=json 2>&1" <<'EOF2'
{"read":305,"created":0,"updated":0,"unchanged":305,"rejected":0}
EOF2
same 'what comes home is known' \
	"crm-history feed -s '$other' | crm-history apply -q --summary=json 2>&1" <<'EOF2'
{"read":305,"created":0,"updated":0,"unchanged":305,"rejected":0}
EOF2
ok 'apply again changes nothing' \
	"crm-history feed --since 5 | crm-history apply -s '$other' -q --summary=json && [ \"\$(crm status -F jsonl -s '$other' | grep -o '\"rev\":[0-9]*' | head -n 1)\" = \"\$(crm status -F jsonl -s '$other' | grep -o '\"rev\":[0-9]*' | head -n 1)\" ]"
since=$(crm-history log -l 1 -f rev -F values)
crm-edit -q maria title=CFO
crm-edit -q c100 title=CFO
crm-edit -q -s "$other" maria title=CTO
fails_with 3 'a differing base is a reject' \
	"crm-history feed --since $since | crm-history apply -s '$other' -q --reject bad"
err_has 'named, with the revisions' "'maria' is another here \(revision [0-9]+\) than it was there before the change \(revision 5\)"
is 'kept' "$(wc -l <bad)" 1
is 'its record stays' "$(crm-find -s "$other" contact id:maria -f title)" '{"title":"CTO"}'
is 'the other one changed' "$(crm-find -s "$other" contact id:c100 -f title)" '{"title":"CFO"}'
fails_with 3 'what is no feed' "echo '{\"type\":\"contact\",\"id\":\"x\"}' | crm-history apply -s '$other'"
since=$(crm-history log -l 1 -f rev -F values)
crm-rm -q c101
ok 'a deletion travels' "crm-history feed --since $since | crm-history apply -s '$other' -q"
is 'and is one' "$(crm-find -s "$other" contact id:c101 --count)" 0

# There and back, with values that come again: nothing is done twice.
both() {
	crm-history feed | grep -v '"id":"maria"' | crm-history apply -s "$other" -q || return
	crm-history feed -s "$other" | grep -v '"id":"maria"' | crm-history apply -q
}
crm-edit -q c103 title=a
crm-edit -q c103 title=b
crm-edit -q c103 title=a
crm-history undo -q last
crm-history undo -q last
crm-rm -q c104
crm-history undo -q last
echo '{"keep":"c105","merge":["c106"]}' | crm-merge -q
crm-edit -q -s "$other" c107 title=z
crm-history undo -q last -s "$other"
ok 'both ways' both
cmp -s <(crm-find any | strip | grep -v '"maria"') <(crm-find any -s "$other" | strip | grep -v '"maria"')
verdict $? 'the stores are equal'
revs() { crm status -F jsonl -f rev; crm status -F jsonl -f rev -s "$other"; }
before=$(revs)
ok 'and again' both
is 'nothing is new' "$(revs)" "$before"
crm-history undo -q 1 2>/dev/null
since=$(crm-history log -l 1 -f rev -F values)
crm schema add -q - <<'DATA'
{"$id":"boat","title":"boat","properties":{"name":{"type":"string"}}}
DATA
crm-add -q boat id=argo name=Argo
fails_with 3 'a type that is not known there' \
	"crm-history feed --since $since | crm-history apply -s '$other' -q"
err_has 'is named' "unknown type 'boat'"
since=$(crm-history log -l 1 -f rev -F values)
echo hello >hello.txt
crm-edit -q c107 attach@=hello.txt
ok 'a file does not come along' "crm-history feed --since $since | crm-history apply -s '$other' -q"
err_has 'which is said' '1 attached files that records name are not here'

# Resumed anywhere, in the middle of a commit, too.
seq 1 20 | sed 's/.*/{"type":"contact","id":"m&"}/' | crm-add -q
crm-history feed >all
for n in 3 290 300 306 "$(($(wc -l <all) - 7))" "$(wc -l <all)"; do
	place=$(sed -n "${n}p" all | jq -r '"\(.rev):\(.id)"')
	cmp -s <(tail -n +$((n + 1)) all) <(crm-history feed --since "$place")
	verdict $? "resumed after line $n" "$place"
done
fails_with 2 'no id' 'crm-history feed --since 5:'
done_testing
