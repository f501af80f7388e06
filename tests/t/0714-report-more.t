#!/bin/bash
# More reports, each with figures worked out by hand.
. "${0%/*}/../lib.sh"
need jq

now='--now 2026-11-21T12:00:00Z'
cat >open.jsonl <<'E'
{"id":"1","type":"deal","stage":"new","amount":"100.00","currency":"EUR","stage_since":"2026-10-21T12:00:00Z","close_date":"2026-12-01"}
{"id":"2","type":"deal","stage":"new","amount":"100.00","currency":"EUR","stage_since":"2026-10-22T12:00:00Z","close_date":"2026-11-20"}
{"id":"3","type":"deal","stage":"negotiation","amount":"100.00","currency":"EUR","stage_since":"2026-11-01T12:00:00Z","close_date":"2026-11-21"}
{"id":"4","type":"deal","stage":"won","amount":"100.00","currency":"EUR","stage_since":"2026-01-01T12:00:00Z"}
E
# rot_days: new 30 (31 days rots, 30 does not), negotiation 14 (20 days rots)
same 'pipeline: too long in the stage, past the close date' \
	"crm-report pipeline $now -F jsonl open.jsonl | jq -c '[.stage,.count,.late,.rotting]'" <<'E'
["new",2,1,1]
["negotiation",1,0,1]
E

for i in 1 2 3 4 5 6 7 8 9 10; do
	end=lost more=
	[ $i -le 3 ] && end=won
	[ $i -le 4 ] && more='{"stage":"proposal","at":"2025-02-01T00:00:00Z"},{"stage":"new","at":"2025-03-01T00:00:00Z"},{"stage":"proposal","at":"2025-04-01T00:00:00Z"},'
	printf '{"id":"%s","type":"deal","stage":"%s","closed":"2026-0%s-01T12:00:00Z","stages":[{"stage":"new","at":"2025-01-01T00:00:00Z"},%s{"stage":"%s","at":"2026-01-01T00:00:00Z"}]}\n' \
		$i $end $((i % 2 + 1)) "$more" $end
done >closed.jsonl
cat >>closed.jsonl <<'E'
{"id":"11","type":"deal","stage":"won"}
{"id":"12","type":"deal","stage":"proposal","stages":[{"stage":"proposal","at":"2026-01-01T00:00:00Z"}]}
E
# Wilson, z = 1.959964: 3 of 10 is 0.1078 .. 0.6032, 3 of 4 is 0.3006 .. 0.9544
same 'odds of each stage' 'crm-report stage-odds -F jsonl closed.jsonl' <<'E'
{"stage":"new","closed":10,"won":3,"odds":0.3,"odds_low":0.1078,"odds_high":0.6032,"assumed":0.1}
{"stage":"qualified","closed":0,"won":0,"assumed":0.25}
{"stage":"proposal","closed":4,"won":3,"odds":0.75,"odds_low":0.3006,"odds_high":0.9544,"assumed":0.5}
{"stage":"negotiation","closed":0,"won":0,"assumed":0.75}
E
same 'odds of a period' \
	"crm-report stage-odds --period 2026-02 -F jsonl closed.jsonl | jq -c '[.stage,.closed,.won]' | head -1" \
	<<<'["new",5,2]'

cat >cost.jsonl <<'E'
{"id":"c1","type":"campaign","name":"Fair","start":"2026-02-01","cost":"1000.00","currency":"EUR"}
{"id":"c2","type":"campaign","name":"Post","start":"2026-05-01","cost":"250.00","currency":"EUR"}
{"id":"c3","type":"campaign","name":"Old","start":"2025-05-01","cost":"9999.00","currency":"EUR"}
{"id":"d1","type":"deal","stage":"won","account":"a1","closed":"2026-03-01T00:00:00Z"}
{"id":"d2","type":"deal","stage":"won","account":"a1","closed":"2026-04-01T00:00:00Z"}
{"id":"d3","type":"deal","stage":"won","account":"a2","closed":"2025-04-01T00:00:00Z"}
{"id":"d4","type":"deal","stage":"won","account":"a2","closed":"2026-04-01T00:00:00Z"}
{"id":"d5","type":"deal","stage":"won","contacts":["p1","p2"],"closed":"2026-06-01T00:00:00Z"}
{"id":"d6","type":"deal","stage":"won","account":"a3","close_date":"2026-12-31"}
{"id":"d7","type":"deal","stage":"lost","account":"a4","closed":"2026-06-01T00:00:00Z"}
E
# 1250.00 for a1, p1 and a3; a2 bought before
same 'cost of a new customer' 'crm-report cac --period 2026 -F jsonl cost.jsonl' <<'E'
{"currency":"EUR","campaigns":2,"cost":"1250.00","new_customers":3,"cac":"416.67"}
E

deal() {
	printf '{"id":"%s","type":"deal","name":"%s","stage":"new","amount":"%s","currency":"EUR","close_date":"%s"}\n' "$1" "$1" "$2" "$3"
}
ok 'a store' 'crm init'
{
	deal won 100.00 2026-08-20
	deal lost 200.00 2026-08-20
	deal slips 300.00 2026-09-20
	deal late 400.00 2026-09-20
	deal other 700.00 2027-02-01
} >before.jsonl
ok 'deals of June' 'crm-add -q --now 2026-06-10T10:00:00Z before.jsonl'
crm-edit -q --now 2026-08-01T10:00:00Z won stage=won
crm-edit -q --now 2026-08-01T10:00:00Z lost stage=lost
deal fresh 50.00 2026-09-01 | crm-add -q --now 2026-08-02T10:00:00Z
crm-edit -q --now 2026-09-01T10:00:00Z slips close_date=2026-10-15
crm-edit -q --now 2026-10-20T10:00:00Z slips stage=won # has slipped all the same
crm-edit -q --now 2026-10-20T10:00:00Z other close_date=2026-08-01
# due on 1 July: 100 + 200 + 300 + 400; 300 of it slipped
same 'slippage of a past quarter' "crm-report slippage --period 2026-Q3 $now -F jsonl" <<'E'
{"currency":"EUR","due":4,"due_amount":"1000.00","won":1,"lost":1,"removed":0,"slipped":1,"slipped_amount":"300.00","slippage":0.25,"slippage_amount":0.3}
E
fails_with 2 'slippage wants a store' 'crm-report slippage --period 2026-Q3 open.jsonl'

echo '{"name":"two","title":"Two of them","kind":"dashboard","params":{"reports":["stage-odds","pipeline"]}}' >two.json
same 'a dashboard in Markdown' "crm-report ./two.json -F markdown closed.jsonl | grep '^#'" <<'E'
# Two of them
## Chances of winning from each stage, by our own history
## Open deals by stage
E
ok 'rows of both' \
	"[ \$(crm-report ./two.json -F markdown closed.jsonl | grep -c '^| proposal') = 2 ]"
ok 'one page, a table for each' \
	"crm-report ./two.json -F html closed.jsonl >page; [ \$(grep -c '<html' page) = 1 ] && [ \$(grep -o '<table' page | wc -l) = 2 ] && [ \$(grep -c '<h2>' page) = 2 ]"
ok 'the shipped one, of the store, as text' \
	"crm-report dashboard $now >text; grep -q 'Open deals by stage' text"
fails_with 2 'not as records' 'crm-report dashboard -F jsonl closed.jsonl'

ticket() {
	printf '{"id":"%s","type":"ticket","priority":"high","statuses":[' "$1"
	shift
	printf '{"status":"%s"},' "$@" | sed 's/,$/]}\n/'
}
{
	ticket 1 new solved closed
	ticket 2 new solved open solved
	ticket 3 new closed pending
	ticket 4 new solved
	ticket 5 new open
} >tickets.jsonl
# 2 and 3 of 1, 2, 3 and 4
same 'reopened tickets' \
	"crm-report service -F jsonl tickets.jsonl | jq -c '[.count,.reopen_rate]'" <<<'[5,0.5]'
for day in 2025-11-20 2025-11-22 2026-11-01 2024-01-01; do
	echo "{\"id\":\"$day\",\"type\":\"contact\",\"name\":\"N\",\"owner\":\"ann\",\"updated\":\"${day}T00:00:00Z\"}"
done >old.jsonl
same 'stale records' "crm-report stale $now -F jsonl old.jsonl" \
	<<<'{"type":"contact","owner":"ann","count":4,"stale":2,"stale_rate":0.5}'
same 'nothing has its columns in CSV, too' 'crm-report cycle -F csv --period 1999 closed.jsonl' <<'E'
owner,count,mean_days,median_days,p90_days
E
printf '%s\n' '{"id":"1","type":"deal","stage":"won","closed":"2026-02-01"}' '{"id":"2","type":"deal","stage":"won","closed":"2026-03-01"}' '{"id":"3","type":"deal","stage":"won","closed":"2026-03-02"}' >two.jsonl
same 'a comparison has its figures side by side in tables' \
	"crm-report -t deal --by stage --count --period 2026-03 --versus 2026-02 -F csv two.jsonl; sed 's/closed/close_date/' two.jsonl | crm-report -t deal --by stage --count --period 2026-03 --versus 2026-02 -F csv -" <<'E'
stage,count,_before.count,_change.count
stage,count,_before.count,_change.count
won,2,1,1
E
done_testing
