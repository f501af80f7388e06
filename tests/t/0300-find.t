#!/bin/bash
# crm-find over a store: terms, order, counts, look-ups, formats, statuses.
. "${0%/*}/../lib.sh"

crm-add --create -q "$src/tests/tables/query.jsonl"

same 'a query' 'crm-find contact country:GR -F ids' <<'E'
c1
E
same 'order of type and creation without --sort' \
	'crm-find any created:2026-10.. -F ids' <<'E'
s1
s2
s3
initech
c3
d3
t1
a1
a2
l1
l2
E
same '--where joins the terms' \
	"crm-find deal --where 'stage:won or stage:new' currency:EUR amount:1000.. -F ids" <<'E'
d1
E
same 'downwards, absent ones last' 'crm-find account --sort -employees -f id' <<'E'
{"id":"acme"}
{"id":"globex"}
{"id":"initech"}
E
same 'upwards, absent ones last too' 'crm-find account --sort employees -F ids' <<'E'
globex
acme
initech
E
same 'money sorts by value, through references, two fields' \
	'crm-find deal --sort account.name,-amount -F values -f id,amount' <<'E'
d1	5000.00
d2	1000.00
d3	999.99
E
same 'a limit after sorting' 'crm-find deal --sort amount -l 1 -F ids' <<'E'
d3
E
same 'best match first' 'crm-find any late -F ids' <<'E'
t1
c1
E
same 'computed fields' 'crm-find deal -f id,is,age' <<'E'
{"id":"d1","is":["won","closed"],"age":"324d"}
{"id":"d2","is":["open"],"age":"81d"}
{"id":"d3","is":["open","overdue"],"age":"11d"}
E
same 'service clocks in business hours' \
	'crm-find ticket -f id,reply_due,solve_due,is' <<'E'
{"id":"t1","reply_due":"2026-11-18T10:00:00Z","solve_due":"2026-11-18T17:00:00Z","is":["open","overdue"]}
E
same 'who can be reached' "crm-find contact reachable:2026-11-23T10:00Z -f id,reachable" <<'E'
{"id":"c1","reachable":false}
{"id":"c2","reachable":false}
E
same 'fields through lists of references' 'crm-find deal id:d1 -f contacts.name' <<'E'
{"contacts.name":["Maria Papadopoulou","José Müller"]}
E
same 'records that point here' 'crm-find account id:acme -f deal.id' <<'E'
{"deal.id":["d1","d2"]}
E
same '--count' 'crm-find deal --count' <<'E'
3
E
same '--count with a limit' 'crm-find deal --count -l 2' <<'E'
2
E
same '--count of nothing' 'crm-find deal amount:9999999.. --count' <<'E'
0
E
same_after 1 '--count -e of nothing' 'crm-find deal amount:9999999.. --count -e' <<'E'
0
E
ok '-q: there is one' 'crm-find -q deal is:won'
fails_with 1 '-q: there is none' 'crm-find -q contact country:FR'
fails_with 1 '-e: there is none' 'crm-find -e contact country:FR'
ok 'nothing found is no failure' 'crm-find contact country:FR'
is 'and prints nothing' "$out$err" ''
same '--end' 'crm-find deal is:won -f id --end' <<'E'
{"id":"d1"}
{"_end":1,"_rev":1}
E
same '--explain names the index' 'crm-find contact id:c1 --explain' <<'E'
contact: index id (1)
revision 1, rows read 1, matched 1
E

same 'a name in another script' 'crm-find contact like:Mohammed -F ids' <<'E'
c3
E
same 'and in another spelling' "crm-find contact 'like:Muhamad Aly' -F ids" <<'E'
c3
E
same 'each word counts' "crm-find contact 'like:Mohammed Smith' -F ids" </dev/null
fails_with 2 'like: wants a name' "crm-find contact 'like:?'"

# increments
crm-edit d3 next_step=call -q
rev=$(crm-find id:d3 -F values -f rev)
same '--since is exclusive' 'crm-find --since 1 -F ids' <<'E'
d3
E
ok '--since the newest finds nothing' "[ -z \"\$(crm-find --since $rev)\" ]"
fails_with 2 '--since wants a revision' 'crm-find --since x'

# look-ups
same '--get answers each line in order' \
	"printf '%s\n' c1 nope '{\"id\":\"d1\"}' c1 | crm-find --get -f id,name" <<'E'
{"id":"c1","name":"Maria Papadopoulou"}
{"_missing":"nope"}
{"id":"d1","name":"Big delivery"}
{"id":"c1","name":"Maria Papadopoulou"}
E
same '--get by a key, in any spelling' \
	"printf '%s\n' MARIA@acme.gr mp@example.com no@acme.gr | crm-find --get=email -F ids" <<'E'
c1
c1

E
same '--get by an id elsewhere' "echo 123 | crm-find --get=ext.hubspot -F ids" <<'E'
d3
E
same '--get with a condition' "printf '%s\n' d1 d2 | crm-find deal is:won --get -f id" <<'E'
{"id":"d1"}
{"_missing":"d2"}
E
fails_with 2 '--get by what is no key' 'echo x | crm-find --get=title'
fails_with 1 '--get -e, none found' 'echo x | crm-find --get -e'
seq 1 9000 | sed 's/^/no-/' >many
same '--get of many' 'crm-find --get <many | tail -n 1' <<'E'
{"_missing":"no-9000"}
E

# the same records in every format
for f in jsonl json csv tsv ids table markdown; do
	crm-find deal -F $f >out.$f
	n=$(grep -c 'd[123]' out.$f)
	is "-F $f shows the same records" "$n" 3
done

# records of several types have no columns of their own
for f in jsonl json csv tsv ids table markdown html card; do
	ok "-F $f of several types" "crm-find -F $f >out.$f"
	is "-F $f shows deals and contacts" "$(grep -c 'd3\b' out.$f | sed 's/^[1-9].*/some/')" some
done

# slips
for q in 'contct' 'contact contry:GR' 'deal amount' 'deal amount:lots' \
	'deal stage:wno' 'contact @nobody' 'contact ( country:GR' 'solve_due:..soon' \
	'-t deal contact' '-f nmae deal' 'deal --sort nmae' '-t deel'; do
	fails_with 2 "a slip: $q" "crm-find ${q//(/\\(}"
done
err_has 'the nearest type is named' "'deal'"
fails_with 2 'a slip has its suggestion' 'crm-find deal stage:wno'
err_has 'the nearest value is named' "did you mean 'won'"
fails_with 2 'an empty operand' "crm-find ''"
deep=$(printf '(%.0s' $(seq 1 5000))
fails_with 2 'deep nesting is refused' "crm-find --where '$deep'"
fails_with 2 'a long expression is refused' \
	"crm-find --where 'name~$(printf 'a%.0s' $(seq 1 2000))'"
ok 'an expression that runs wild ends' \
	"crm-add -q -t contact name=$(printf 'a%.0s' $(seq 1 40))x && timeout 10 crm-find 'name~^(a+)+$'"
err_has 'and says so' 'gave up on 1'

# the past
at=$(crm-find id:d3 -F values -f updated)
same '--as-of before the edit' \
	"crm-find id:d3 next_step:any --as-of 2026-11-21T11:59:00Z -F ids" </dev/null
same "a stage that is none of the store's is found by =" "crm-add -q deal id=stray1 name=S stage=elsewhere; crm-find deal stage=elsewhere -F ids" <<E
stray1
E
# Made ids have capitals: an id is one text, in the store as on lines.
crm-add -q -s ids --create contact name=Made
made=$(crm-find -s ids contact -F ids)
crm-add -q -s ids contact id=Mixed-Case name=Mixed
is 'an id with capitals' "$(crm-find -s ids contact id="$made" -f name)$(crm-find -s ids any "id:$made,Mixed-Case" --count)" '{"name":"Made"}2'
is 'not by other letters, by any plan' "$(for q in id=mixed-case id:mixed-case 'id:mixed*' 'id:Mixed*'; do crm-find -s ids contact "$q" --count; crm-find -s ids contact | crm-find - contact "$q" --count; done | tr '\n' ' ')" '0 0 0 0 0 0 1 1 '
is 'nor left out by them' "$(crm-find -s ids contact not id:MIXED-CASE --count)$(crm-find -s ids contact | crm-find - contact not id:MIXED-CASE --count)" 22
done_testing
