#!/bin/bash
# crm-find as a filter: the same query over lines, with and without a store.
. "${0%/*}/../lib.sh"

lines=$src/tests/tables/query.jsonl
same 'a query over lines, no store' "crm-find - contact country:GR -F ids <'$lines'" <<'E'
c1
E
same 'fields of any line' \
	"printf '%s\n' '{\"a\":{\"b\":3},\"c\":\"x\"}' '{\"a\":{\"b\":30}}' | crm-find - a.b:10.." <<'E'
{"a":{"b":30}}
E
same 'members of the tools' \
	"printf '%s\n' '{\"id\":\"x\",\"_score\":0.4}' '{\"id\":\"y\",\"_score\":0.9}' | crm-find - _score:0.5.." <<'E'
{"id":"y","_score":0.9}
E
same 'best match first' "crm-find - any late -F ids <'$lines'" <<'E'
t1
c1
E
same 'sorted' "crm-find - deal --sort -amount -F ids <'$lines'" <<'E'
d1
d2
d3
E
same 'sorted and limited' "crm-find - deal --sort amount -l 2 -F ids <'$lines'" <<'E'
d3
d2
E
same 'counted' "crm-find - deal --count <'$lines'" <<'E'
3
E
ok '-q' "crm-find - -q is:won <'$lines'"
fails_with 1 '-q of nothing' "crm-find - -q is:won </dev/null"
same_after 3 'a broken line is rejected, the rest goes on' \
	"printf '%s\n' '{\"id\":\"x\",\"n\":1}' '{\"id\":' '{\"id\":\"y\",\"n\":2}' | crm-find - n:1.." <<'E'
{"id":"x","n":1}
{"id":"y","n":2}
E
err_has 'with its line' '^crm-find: -:2: '
same '-t is the type of lines without one' \
	"echo '{\"id\":\"x\",\"amount\":\"12.00\",\"currency\":\"EUR\"}' | crm-find - -t deal amount:10EUR.. -F ids" <<'E'
x
E
same 'without a store references are absent' \
	"crm-find - contact account.country:GR -F ids <'$lines'" </dev/null

crm-add --create -q "$lines"
same 'with one they are followed' \
	"crm-find - contact account.country:GR -F ids <'$lines'" <<'E'
c1
E
same 'and lists are known' "crm-find - @Spring -F ids <'$lines'" <<'E'
globex
c1
E
same 'and records that point here' \
	"crm-find - account not deal.is:won -F ids <'$lines'" <<'E'
globex
initech
E

# what the store finds is what the filter lets through
crm-find >all
while IFS= read -r q; do
	crm-find --where "$q" -F ids | sort >a
	crm-find - --where "$q" -F ids <all | sort >b
	ok "store and stream agree: $q" 'cmp a b && [ -s a ]'
done <<'E'
country:GR,DE
contact phone:none
deal amount:1000..
deal stage:won,new or account.country:DE
not type:contact owner:maria
idle:30d..
name:a* or tags:vip
account deal.contacts.name:maria
any late
created:2026-11-01.. not is:open
(stage:won or country:DE) owner:any
E

# rev stands beside the line: filters keep it, queries see it in both places
crm-add -q -t contact id=rev1 name=a && crm-edit -q rev1 title=b
rev=$(crm-find id:rev1 -F values -f rev)
is 'a filter keeps rev' "$(crm-find id:rev1 | crm-find - | jq .rev)" "$rev"
is 'a query of lines sees it' "$(crm-find id:rev1 | crm-find - "rev:$rev" --count)" 1
is 'and one of the store' "$(crm-find "rev:$rev.." -F ids)" rev1
is 'and --sort' "$(crm-find any --sort -rev -l 1 -F ids)" rev1
ok '--if-rev behind a filter' 'crm-find id:rev1 | crm-find - | crm-edit --if-rev title=c -q'
crm-find id:rev1 >old.jsonl; crm-edit -q rev1 title=d
fails_with 3 '--if-rev behind a filter, changed meanwhile' \
	'crm-find - <old.jsonl | crm-edit --if-rev title=e'

# Many lines are read ahead by threads: the same output, messages and counts.
awk 'BEGIN { for (i = 0; i < 9000; i++) {
	if (i % 1999 == 7) { print "no record " i; continue }
	if (i % 2503 == 7) { printf "{\"type\":\"contact\",\"id\":\"n%cx\"}\n", 0; continue }
	printf "{\"type\":\"%s\",\"id\":\"c%d\",\"score\":%d%s}\n", i % 4 ? "contact" : "lead", i, i % 50, i % 3 ? "" : ",\"rev\":9,\"_x\":1"
} }' >many
crm-find -j 1 --reject one.rej --summary=json - score:7 <many >one 2>one.err
ok 'one thread finds some' '[ $(wc -l <one) -gt 100 ]'
for j in 2 6; do
	crm-find -j $j --reject $j.rej --summary=json - score:7 <many >two 2>two.err
	is "$j threads: status" $? 3
	same "$j threads: the same records" 'cat two' <one
	same "$j threads: the same messages and counts" 'cat two.err' <one.err
	ok "$j threads: the same rejects" "cmp $j.rej one.rej"
done
is 'a limit' "$(crm-find -j 4 -l 3 - score:7 <many 2>/dev/null)" "$(head -3 one)"
is 'the line is named' "$(tail -n 100 many | cat many - | crm-find -j 4 - score:7 2>&1 >/dev/null | tail -1)" "$(cat many <(tail -n 100 many) | crm-find -j 1 - score:7 2>&1 >/dev/null | tail -1)"
mkfifo slow
crm-find -j 4 - score:7 <slow >seen 2>/dev/null &
exec 7>slow
head -5000 many >&7
printf '{"type":"lead","id":"last","score":7}\n' >&7
for _ in $(seq 300); do grep -q last seen && break; sleep 0.05; done
ok 'a line is not held back until others come' 'grep -q last seen'
exec 7>&-
wait
done_testing
