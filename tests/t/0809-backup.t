#!/bin/bash
# crm backup and crm restore: the store that comes back is the one that was
# written; what is cut off or damaged is refused, and nothing is left behind.
. "${0%/*}/../lib.sh"

crm init -q timezone=Europe/Athens country=GR --index text,match
crm-add -q <<'DATA'
{"type":"account","id":"acme","name":"Acme"}
{"type":"contact","id":"m1","name":"Maria","emails":["maria@acme.gr"],"account":"acme"}
{"type":"contact","id":"m2","name":"Maria P","emails":["maria@acme.gr"],"account":"acme"}
{"type":"contact","id":"p1","name":"Petros"}
{"type":"contact","id":"gone","name":"Gone"}
{"type":"contact","id":"zoe","name":"Zoe","emails":["zoe@acme.gr"]}
DATA
echo hello >hello.txt
crm-edit -q m1 attach@=hello.txt
echo '{"distinct":["m1","p1"]}' | crm-merge -q
echo '{"keep":"m1","merge":["m2"]}' | crm-merge -q
crm-rm -q gone
crm-rm -q --erase zoe
crm-edit -q p1 title=CEO
crm config -q index.match off

ok 'backup' 'crm backup -q text'
ok 'backup --binary' 'crm backup -q --binary copy'
ok 'over an earlier one' 'cp text was && crm backup -q text && cmp text was'
fails_with 4 'a directory is not written over' 'crm backup -q --binary copy'
fails_with 4 'nor is a store by its own backup' 'crm backup -q "$CRM_STORE/data.mdb"'
err_has 'which is said' 'in the store itself'
ok 'it is whole' 'crm verify -q'
fails_with 4 'no room for it' 'crm backup - >/dev/full'

digest() { crm status --digest -F jsonl -f digest -s "$1"; }
for kind in text copy; do
	ok "restore $kind" "crm -s new.$kind restore -q $kind"
	ok 'is sound' "crm verify -q -s new.$kind"
	is 'the same digest' "$(digest new.$kind)" "$(digest "$CRM_STORE")"
	cmp -s <(crm-find any) <(crm-find any -s new.$kind)
	verdict $? 'the same records, with their revisions'
	is 'the same settings' "$(crm config -s new.$kind)" "$(crm config)"
	is 'the same refusals' "$(crm-dedupe --refusals -a -t contact -s new.$kind)" "$(crm-dedupe --refusals -a -t contact)"
	is 'the same revision' "$(crm status -F jsonl -f rev -s new.$kind)" "$(crm status -F jsonl -f rev)"
	is 'old ids lead on' "$(crm-view m2 -F jsonl -f id -s new.$kind)" '{"id":"m1"}'
	cmp -s "$CRM_STORE"/files/*/* new.$kind/files/*/*
	verdict $? 'the same files'
	fails_with 3 'who was erased is remembered' \
		"crm-add -s new.$kind contact name=Zoe email=zoe@acme.gr"
	crm backup -q -s new.$kind again
	cmp -s text again
	verdict $? 'and the same bytes when it is written again' "$(diff text again | cut -c 1-200)"
	fails_with 4 'not over a store that holds records' "crm -s new.$kind restore -q text"
done
ok 'a binary copy has its history' 'crm-history undo -q last -s new.copy'
is 'which goes on' "$(crm-find contact id:p1 title:any --count -s new.copy)" 0
fails_with 4 'a text has none' 'crm-history undo -q last -s new.text'
err_has 'which is said' 'restored a backup'

# Cut off, changed, taken from, added to.
refused() {
	fails_with 4 "$1" 'crm -s bad restore -q damaged'
	is 'nothing is left behind' "$(echo bad*)" 'bad*'
}
all=$(wc -c <text)
for n in 0 1 30 300 $((all / 2)) $((all - 30)); do
	head -c "$n" text >damaged
	refused "cut off after $n bytes"
done
for n in 1 2 5 $(($(wc -l <text) - 1)); do
	sed "${n}d" text >damaged
	refused "without line $n"
done
sed 's/Petros/Petra/' text >damaged
refused 'with another value'
err_has 'which is said' 'the backup is damaged'
cat text text >damaged
refused 'twice in one file'
(cat text && echo '{"type":"contact","id":"x"}') >damaged
refused 'with more behind its end'
sed 's/,"_sha256":"[0-9a-f]*"//; s/Petros/Petra/' text >mended
ok 'without a sum it may be changed' 'crm -s new.mended restore -q mended && [ "$(crm-find -s new.mended --count contact name:Petra)" = 1 ]'
sed 's/$/\r/' text >dos
ok 'line ends may change on the way' 'crm -s new.dos restore -q dos'

size=$(wc -c <copy/data.mdb)
silent=0
for at in $(seq 4100 1009 "$size"); do
	rm -rf damaged back
	cp -r copy damaged
	printf '\245' | dd of=damaged/data.mdb bs=1 seek="$at" conv=notrunc 2>/dev/null
	crm -s back restore -q damaged >/dev/null 2>err || {
		[ -e back ] && silent=$((silent + 1))
		continue
	}
	[ "$(digest back)" = "$(digest copy)" ] && crm verify -q -s back ||
		silent=$((silent + 1))
done 2>/dev/null
is 'no damage of a binary copy goes unseen' "$silent" 0
done_testing
