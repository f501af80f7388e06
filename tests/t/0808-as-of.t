#!/bin/bash
# --as-of on sources and -a: the bytes that were printed then, whatever was
# edited, deleted, merged, added or undone since.
. "${0%/*}/../lib.sh"

crm init --demo 60 >/dev/null 2>&1 || crm init >/dev/null
t=2026-12-01T00:00:00Z
cat >in.jsonl <<'DATA'
{"type":"account","id":"acme","name":"Acme","industry":"energy"}
{"type":"contact","id":"m1","name":"Maria Papadopoulou","account":"acme","emails":["maria@acme.gr"],"phones":["+302101234567"]}
{"type":"contact","id":"m2","name":"Maria Papadopoulou","emails":["maria@acme.gr"],"title":"CEO"}
{"type":"lead","id":"l1","name":"Petros","company":"Beta","emails":["p@beta.gr"],"status":"qualified"}
{"type":"deal","id":"d1","name":"Solar","account":"acme","stage":"new","amount":"100.00","currency":"EUR","contacts":["m2"]}
{"type":"activity","id":"a1","kind":"call","contact":"m2","subject":"first","at":"2026-11-25T09:00:00Z"}
{"type":"ticket","id":"t1","subject":"broken","contact":"m1","priority":"high","opened":"2026-11-28T09:00:00Z"}
DATA
crm-add -q --now 2026-11-30T00:00:00Z in.jsonl

commands=(
	'crm-find any'
	'crm-find contact account.name:Acme'
	'crm-find account deal.is:open'
	'crm-find --count contact'
	'crm-find contact email:maria@acme.gr --sort name'
	'crm-find ticket solve_due:..now -f id,solve_due'
	'crm-find contact idle:3d.. -F ids'
	'crm-view m2'
	'crm-view m2 --timeline'
	'crm-view acme -F markdown'
	'crm-export -a -t contact -F csv -f id,name,emails,account.name'
	'crm-score -a -t contact --model rules'
	'crm-report -t deal --by stage --count --sum amount'
	'crm-report pipeline'
	'crm-check -a -t contact -F jsonl'
	'crm-dedupe -a -t contact --pairs'
)
for i in "${!commands[@]}"; do
	eval "${commands[$i]} --now $t" >"then.$i" 2>/dev/null
	echo $? >>"then.$i"
done

after() {
	local i title=$1
	for i in "${!commands[@]}"; do
		eval "${commands[$i]} --as-of $t" >"now.$i" 2>/dev/null
		echo $? >>"now.$i"
		cmp -s "then.$i" "now.$i"
		verdict $? "$title: ${commands[$i]}" "$(diff "then.$i" "now.$i" | head -n 10)"
	done
}
crm-find contact | crm-export -F csv -f id,account.name >names
crm-edit -q --now 2026-12-02T00:00:00Z m1 name=Other emails= account=
crm-edit -q --now 2026-12-02T01:00:00Z d1 stage=won amount=7
crm-add -q --now 2026-12-03T00:00:00Z contact id=late name='Maria Papadopoulou' email=maria@acme.gr account=acme
crm-convert -q --now 2026-12-03T01:00:00Z l1
after 'edited, added'
crm-edit -q --now 2026-12-03T02:00:00Z acme name=Renamed
same 'crm-export of lines: references of then' \
	"crm-find contact --as-of $t | crm-export -F csv -f id,account.name --as-of $t | diff - names" </dev/null
fails_with 2 'but all of a person is what is there now' "crm-export --subject m1 --as-of $t"
echo '{"keep":"m1","merge":["m2"]}' | crm-merge -q --now 2026-12-04T00:00:00Z
crm-rm -q --cascade --now 2026-12-05T00:00:00Z acme
crm-rm -q --now 2026-12-05T01:00:00Z t1
after 'merged, deleted'
crm-history undo last -q --now 2026-12-06T00:00:00Z
crm-history undo 1 -q --now 2026-12-06T01:00:00Z 2>/dev/null
after 'undone'
done_testing
