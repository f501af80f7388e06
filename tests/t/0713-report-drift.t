#!/bin/bash
# Reports over the store's history: what became of a forecast, and figures of a
# past day that stay what they were.
. "${0%/*}/../lib.sh"
need jq

deal() {
	printf '{"id":"%s","type":"deal","name":"%s","stage":"%s","amount":"%s","currency":"EUR","close_date":"%s"}\n' "$1" "$1" "$2" "$3" "$4"
}
ok 'a store' 'crm init'
{
	deal won new 100.00 2026-11-20
	deal lost new 200.00 2026-11-20
	deal slips new 300.00 2026-12-20
	deal grows new 400.00 2026-12-20
	deal stays new 500.00 2026-12-20
	deal gone new 600.00 2026-12-20
	deal later new 700.00 2027-02-01
} >before.jsonl
ok 'deals of October' 'crm-add -q --now 2026-10-10T10:00:00Z before.jsonl'
crm-report forecast --period 2026-Q4 --now 2026-10-15T00:00:00Z >printed
cp -r "$CRM_STORE" early
crm-edit -q --now 2026-11-01T10:00:00Z won stage=won
crm-edit -q --now 2026-11-01T10:00:00Z lost stage=lost
crm-edit -q --now 2026-11-01T10:00:00Z slips close_date=2027-01-15
crm-edit -q --now 2026-11-01T10:00:00Z grows amount=450.00
crm-edit -q --now 2026-11-01T10:00:00Z later close_date=2026-12-24
crm-rm --now 2026-11-01T10:00:00Z gone >/dev/null
deal fresh new 50.00 2026-12-01 | crm-add -q --now 2026-11-02T10:00:00Z
same 'taken apart' \
	"crm-report drift --from 2026-10-31 --period 2026-Q4 -F jsonl | jq -c '[.part,.count,.sum_amount]'" <<'E'
["before",6,"2100.00"]
["new",1,"50.00"]
["moved_in",1,"700.00"]
["grew",1,"50.00"]
["shrank",0,"0.00"]
["won",1,"100.00"]
["lost",1,"200.00"]
["slipped",1,"300.00"]
["removed",1,"600.00"]
["now",4,"1700.00"]
E
for r in slippage 'drift --from 2026-10-15' 'pipeline --versus 2026-10-15'; do
	is "${r%% *}: a past day is what was printed that day" \
		"$(crm-report $r --period 2026-Q4 --as-of 2026-10-31T00:00:00Z -F jsonl)" \
		"$(crm-report $r --period 2026-Q4 --now 2026-10-31T00:00:00Z -F jsonl -s early)"
done
fails_with 2 'it wants a day' 'crm-report drift'
ok 'a past day is what was printed that day' \
	'crm-report forecast --period 2026-Q4 --as-of 2026-10-15T00:00:00Z | cmp - printed'
same 'against an earlier state' \
	"crm-report -t deal --count --sum amount --versus 2026-10-31 -F jsonl | jq -c '[.count,._before.count,._change.sum_amount]'" <<'E'
[7,7,"-500.00"]
E
same 'scores of a past day' \
	"echo '{\"id\":\"c\",\"type\":\"contact\",\"name\":\"C\",\"title\":\"CEO\"}' | crm-add -q --now 2026-11-03T00:00:00Z; crm-edit -q --now 2026-11-05T00:00:00Z c title=Clerk; for t in 2026-11-04 2026-11-06; do crm-score -a --as-of \$t | jq -c '._score'; done" <<'E'
15
0
E
done_testing
