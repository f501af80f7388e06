#!/bin/bash
# crm-history undo: edits, deletions, imports, undos; what changed since stays.
. "${0%/*}/../lib.sh"

crm init >/dev/null
digest() {
	crm-find any | sed 's/"rev":[0-9]*,//' | sha256sum
}
cat >in.jsonl <<'DATA'
{"type":"account","id":"acme","name":"Acme","ext":{"hubspot":"1"}}
{"type":"contact","id":"maria","name":"Maria","account":"acme","emails":["m@acme.gr"]}
{"type":"contact","id":"petros","name":"Petros","account":"acme"}
{"type":"deal","id":"solar","name":"Solar","account":"acme","stage":"new","amount":"10.00","currency":"EUR"}
DATA
crm-add -q in.jsonl
one=$(digest)
crm-edit -q solar stage=proposal
crm-find contact | crm-edit -q - title=CEO
two=$(digest)
same 'undo last' 'crm-history undo last -f id,title' <<'EOF2'
{"id":"maria"}
{"id":"petros"}
EOF2
ok 'undo of a stage' 'crm-history undo 2 -q'
is 'leaves everything as it was' "$(digest)" "$one"
ok 'undo of undos' 'crm-history undo last -q && crm-history undo 4 -q'
is 'leaves everything as it was before them' "$(digest)" "$two"
ok 'undo of what was undone is nothing more to do' 'crm-history undo 5 -q; crm-history undo 5 -q'
is 'and leaves everything' "$(digest)" "$two"
is 'without a transaction' "$(crm-history log -l 1 -f txn -F values)" 7

# Deletions, with what pointed to the record.
crm-rm -q --cascade acme
is 'a cascade' "$(crm-find any --count)" 0
ok 'undone' 'crm-history undo last -q'
is 'all are back' "$(digest)" "$two"
is 'by their keys' "$(crm-find ext.hubspot:1 -F ids) $(crm-find email:m@acme.gr -F ids)" 'acme maria'
crm-rm -q --unlink acme
ok 'unlinked, and undone' 'crm-history undo last -q'
is 'references are back' "$(digest)" "$two"

# Conflicts.
crm-edit -q maria petros owner=eleni
t=$(crm-history log -l 1 -f txn -F values)
crm-edit -q petros owner=nikos
fails_with 3 'what changed since is left' "crm-history undo $t -q"
err_has 'and named' "'petros' was changed since"
is 'the rest is undone' "$(crm-find contact owner:any -f id,owner)" '{"id":"petros","owner":"nikos"}'
crm-history undo last -q
before=$(digest)
crm-edit -q petros title=CTO
t=$(crm-history log -l 1 -f txn -F values)
crm-edit -q petros title=X
fails_with 4 '--atomic: all or nothing' "crm-edit -q maria title=Y; crm-history undo $t --atomic -q"
fails_with 4 'no such transaction' 'crm-history undo 999'
fails_with 2 'not a number' 'crm-history undo yesterday'
fails_with 2 'not in the past' 'crm-history undo last --as-of 2020-01-01'
n=$(crm-find any | sha256sum)
ok 'undo -n' 'crm-history undo last -n'
is 'stores nothing' "$(crm-find any | sha256sum)" "$n"

# Imports: in batches, one transaction; new records that others point to stay.
n=$(crm-find any | sha256sum)
seq 1 300 | sed 's/.*/{"type":"account","id":"a&","name":"Account &"}/' >big.jsonl
seq 1 300 | sed 's/.*/{"type":"contact","id":"c&","name":"Contact &","account":"a&"}/' >>big.jsonl
crm-add -q --batch 50 big.jsonl
is 'one transaction' "$(crm-history log -l 1 -f changes)" '{"changes":600}'
ok 'undo of an import' 'crm-history undo last -q --summary=json'
is 'nothing is left of it' "$(crm-find any | sha256sum)" "$n"
ok 'undo of its undo' 'crm-history undo last -q'
is 'all of it is back' "$(crm-find any --count)" 604
is 'as it was given' "$(crm-find contact id:c7 -f id,name,account)" '{"id":"c7","name":"Contact 7","account":"a7"}'
crm-add -q contact id=late name=Late account=a9
t=$(crm-history log -f txn -F values | sed -n 4p)
fails_with 3 'a new record that others point to stays' "crm-history undo $t -q"
err_has 'and the others are named' "'a9' is left: other records point to it: late"
is 'the rest is gone' "$(crm-find any --count)" 6
crm-add -q contact id=twice name=T
txn=$(crm-history log -l 1 | jq .txn)
ok 'undone once' "crm-history undo $txn -q"
ok 'and once more' "crm-history undo $txn"
err_has 'there is nothing left' "^crm-history: transaction $txn: nothing is left to undo"

# What cannot be as it was any more is said.
crm-add -q account id=gone name=Gone
crm-add -q contact id=guest name=Guest account=gone ext.x=9
crm-edit -q guest account=acme
t=$(crm-history log -l 1 -f txn -F values)
crm-rm -q gone
fails_with 3 'a reference to what is deleted since comes back' "crm-history undo $t -q"
err_has 'and is named' "'guest' points to 'gone', which is not there; the record is kept"
ok 'it is no news after that' 'crm-edit -q guest title=CEO'
fails_with 3 'restore says it, too' "crm-edit -q guest account=acme && crm-history restore -q guest --at $((t - 1))"
crm-rm -q guest
t=$(crm-history log -l 1 -f txn -F values)
crm-add -q contact id=heir name=Heir ext.x=9
fails_with 3 'a key that another one has' "crm-history undo $t -q"
err_has 'both are named' "'guest' is left: 'ext': taken by record 'heir'"
crm-history undo 1 -q 2>/dev/null

# Two writers in turn: there is no one state before the first one's work.
crm-add -q contact id=p1 name=One
crm-add -q contact id=p2 name=Two
mkfifo pipe
crm-add -q --upsert id --batch 1 <pipe &
exec 5>pipe
printf '{"type":"contact","id":"p%s","title":"a"}\n' 1 2 >&5
for _ in $(seq 100); do
	[ "$(crm-find --count contact title:a)" = 2 ] && break
	sleep 0.05
done
crm-edit -q p1 name=Other
printf '{"type":"contact","id":"p%s","title":"b"}\n' 1 2 >&5
exec 5>&-
wait
t=$(crm-history log -f txn,program -F values | awk '$2 == "crm-add" { print $1; exit }')
fails_with 3 'what another one changed in between' "crm-history undo $t -q"
err_has 'is left and named' "'p1' was changed since"
is 'nothing of it is lost' "$(crm-find contact id:p1,p2 -f id,name,title)" '{"id":"p1","name":"Other","title":"b"}
{"id":"p2","name":"Two"}'

# An undo counts as the work of whoever did what it takes back.
crm-add -q contact id=u1
crm-add -q contact id=u2
crm-add -q deal id=ud contacts:='["u1"]'
crm-rm -q --unlink u1
ok 'unlinked, undone' 'crm-history undo -q last'
ok 'and the undo undone' 'crm-history undo -q last'
is 'the record is gone again' "$(crm-find contact id:u1 --count)" 0
ok 'back again' 'crm-history undo -q last'
echo '{"keep":"u2","merge":["u1"]}' | crm-merge -q
ok 'merged after that, and taken apart' 'crm-history undo -q last'
is 'the link is there' "$(crm-find deal id:ud -f contacts)" '{"contacts":["u1"]}'

# A merge whose survivor was deleted since: the other one comes back, and what
# does not is named.
printf '{"type":"contact","id":"s%s","name":"S"}\n' 1 2 | crm-add -q
echo '{"keep":"s1","merge":["s2"]}' | crm-merge -q
t=$(crm-history log -l 1 -f txn -F values)
crm-rm -q s1
fails_with 3 'the survivor is gone' "crm-history undo $t -q"
err_has 'and named' "'s1' was changed since"
is 'the other is back' "$(crm-find contact id:s1,s2 -F ids)" s2
done_testing
