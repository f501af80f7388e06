#!/bin/bash
# Group-by over lines: every figure again in SQL, to the last cent; buckets,
# rates, comparison, definitions.
. "${0%/*}/../lib.sh"
need jq sqlite3

awk 'BEGIN {
	s = 7; split("new qualified proposal won lost", stage, " "); split("ann bob cy", owner, " ")
	for (i = 1; i <= 500; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; k = int(s / 65536)
		printf "{\"id\":\"d%d\",\"type\":\"deal\",\"stage\":\"%s\",\"owner\":\"%s\",\"amount\":\"%d.%02d\",\"currency\":\"%s\",\"probability\":%d,\"opened\":\"2026-%02d-%02dT08:30:00Z\",\"closed\":\"2026-%02d-%02dT20:00:00Z\",\"tags\":[\"a\"%s]}\n", \
			i, stage[k % 5 + 1], owner[k % 3 + 1], k % 90000, k % 100, k % 4 ? "EUR" : "USD", k % 101, 1 + k % 6, 1 + k % 28, 7 + k % 5, 1 + k % 27, k % 2 ? ",\"b\"" : ""
	}
}' >deals.jsonl
jq -r '[.id,.stage,.owner,.amount,.currency,.probability,.opened,.closed]|@csv' deals.jsonl >deals.csv
sql() {
	sqlite3 :memory: 'create table d(id,stage,owner,amount text,currency,p,opened,closed)' \
		'.mode csv' '.import deals.csv d' '.mode list' '.separator " "' "$1" | tr -d '\r'
}
same 'sums, counts and means by stage and currency' \
	"crm-report -t deal --by stage --count --sum amount --avg amount -F jsonl deals.jsonl | jq -r '[.stage,.currency,.count,.sum_amount,.avg_amount]|join(\" \")'" \
	<<<"$(sql "select stage, currency, count(*), printf('%d.%02d', sum(replace(amount,'.','')+0)/100, sum(replace(amount,'.','')+0)%100),
	printf('%.2f', round(sum(replace(amount,'.','')+0)/1.0/count(*)/100 + 1e-9, 2)) from d group by stage, currency order by stage, currency")"
same 'months, distinct values, least and greatest' \
	"crm-report -t deal --by closed:month --distinct owner --min probability --max probability --where currency:EUR -F jsonl deals.jsonl | jq -r '[.closed,.distinct_owner,.min_probability,.max_probability]|join(\" \")'" \
	<<<"$(sql "select substr(closed,1,7), count(distinct owner), min(p+0), max(p+0) from d where currency='EUR' group by 1 order by 1")"
same 'a median, by hand' \
	"crm-report -t deal --by owner --median probability -F jsonl deals.jsonl | jq -r '[.owner,.median_probability]|join(\" \")'" \
	<<<"$(sql "select owner, printf('%g', avg(x)) from (select owner, p+0 x, row_number() over (partition by owner order by p+0) r, count(*) over (partition by owner) n from d) where r in ((n+1)/2, (n+2)/2) group by owner order by owner")"
same 'several values: under each' \
	"crm-report -t deal --by tags --count -F jsonl deals.jsonl | jq -c '[.tags,.count]'" \
	<<<"$(jq -c '.tags[]' deals.jsonl | sort | uniq -c | awk '{print "[" $2 "," $1 "]"}')"
same 'weighted, exact' \
	"crm-report pipeline -F jsonl --where currency:EUR deals.jsonl | jq -r '[.stage,.count,.weighted]|join(\" \")' | sort" \
	<<<"$(sql "select stage, count(*), printf('%.2f', round(sum((replace(amount,'.','')+0)*(p+0))/10000.0 + 1e-9, 2)) from d where currency='EUR' and stage in ('new','qualified','proposal') group by stage order by stage")"
same 'win rate by owner' \
	"crm-report win-rate -F jsonl --where currency:EUR deals.jsonl | jq -r '[.owner,.won,.lost,(.win_rate*10000|round)]|join(\" \")'" \
	<<<"$(sql "select owner, sum(stage='won'), sum(stage='lost'), cast(round(sum(stage='won')*10000.0/count(*)) as int) from d where currency='EUR' and stage in ('won','lost') group by owner order by owner")"
ok 'the order of the lines changes no byte' \
	'crm-report win-rate deals.jsonl >one && tac deals.jsonl | crm-report win-rate - | cmp - one'

cat >rates.jsonl <<'E'
{"id":"r1","type":"rate","date":"2026-01-01","base":"EUR","quote":"USD","rate":"1.1"}
{"id":"r2","type":"rate","date":"2026-09-01","base":"EUR","quote":"USD","rate":"1.25"}
{"id":"r3","type":"rate","date":"2026-01-01","base":"EUR","quote":"JPY","rate":"160"}
E
cat >some.jsonl <<'E'
{"id":"a","type":"deal","amount":"100.00","currency":"EUR","closed":"2026-02-01"}
{"id":"b","type":"deal","amount":"100.00","currency":"USD","closed":"2026-10-01"}
{"id":"c","type":"deal","amount":"1000","currency":"JPY","closed":"2026-10-01"}
E
same 'in one currency, at today'"'"'s rates' \
	'crm-report -q -t deal --sum amount --in EUR -F jsonl some.jsonl rates.jsonl' <<'E'
{"currency":"EUR","sum_amount":"186.25"}
E
same 'at the rates of a day, through the common base' \
	'crm-report -q -t deal --sum amount --in USD --rates-at closed -F jsonl rates.jsonl some.jsonl' <<'E'
{"currency":"USD","sum_amount":"217.81"}
E
echo '{"id":"d","type":"deal","amount":"5","currency":"SEK"}' >>some.jsonl
same_after 3 'without a rate: rejected, never taken at 1' \
	'crm-report -q -t deal --sum amount --in EUR -F jsonl some.jsonl rates.jsonl' <<'E'
{"currency":"EUR","sum_amount":"186.25"}
E
err_has 'the currencies are named' "no rate from 'SEK' to 'EUR'"
same 'a period against another' \
	"crm-report won --where currency:EUR --period 2026-10 --versus 2026-10 -F jsonl deals.jsonl | jq -c '[._change.count,._change.sum_amount]'" <<'E'
[0,"0.00"]
E
same 'the funnel' "printf '%s\n' '{\"id\":\"1\",\"type\":\"deal\",\"stage\":\"won\"}' '{\"id\":\"2\",\"type\":\"deal\",\"stage\":\"lost\",\"stages\":[{\"stage\":\"new\"},{\"stage\":\"proposal\"},{\"stage\":\"new\"},{\"stage\":\"lost\"}]}' '{\"id\":\"3\",\"type\":\"deal\",\"stage\":\"new\"}' | crm-report funnel -F jsonl - | jq -c '[.stage,.reached]'" <<'E'
["new",3]
["qualified",2]
["proposal",2]
["negotiation",1]
["won",1]
E
same 'business hours' "echo '{\"id\":\"t1\",\"type\":\"ticket\",\"opened\":\"2026-11-20T16:00:00Z\",\"first_reply\":\"2026-11-23T10:00:00Z\"}' | crm-report service -F jsonl - | jq -c '[.reply_median,.reply_business_median]'" <<'E'
[3960,120]
E
for f in "$src"/share/crm/reports/*.json; do
	case ${f##*/} in drift.json | slippage.json | dashboard.json | adoption.json | goals.json | free.json)
		continue ;; # want a store; not jsonl
	esac
	ok "$(basename "$f") loads" "crm-report -q '$f' - </dev/null"
done
printf '{\n"name":"x","kind":"group","type":"deal",\n"measures":[{"name":"n","of":"cuont"}]}\n' >bad.json
fails_with 2 'a wrong definition' 'crm-report ./bad.json deals.jsonl'
err_has 'names file and line' 'bad.json:3: '
fails_with 2 'an unknown report' 'crm-report pipelin'
fails_with 2 'an unknown piece of time' 'crm-report -t deal --by closed:moth deals.jsonl'
done_testing
