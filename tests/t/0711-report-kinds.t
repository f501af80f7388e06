#!/bin/bash
# The kinds of reports that are more than a group-by, recomputed by hand.
. "${0%/*}/../lib.sh"
need jq sqlite3

awk 'BEGIN {
	s = 3
	for (i = 1; i <= 400; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; k = int(s / 65536)
		printf "{\"id\":\"p%d\",\"type\":\"purchase\",\"contact\":\"c%d\",\"at\":\"2026-%02d-%02dT10:00:00Z\"}\n", i, k % 60, 1 + k % 7, 1 + k % 28
	}
}' >bought.jsonl
jq -r '[.contact,.at[0:7]]|@csv' bought.jsonl >bought.csv
same 'retention by cohort is what SQL says' \
	"crm-report retention -F jsonl bought.jsonl | jq -r 'select(.customers>0)|[.cohort,.month,.size,.customers]|join(\" \")'" \
	<<<"$(sqlite3 :memory: 'create table p(c,m)' '.mode csv' '.import bought.csv p' '.mode list' '.separator " "' "
	with f as (select c, min(m) m0 from p group by c), s as (select m0, count(*) n from f group by m0)
	select f.m0, substr(p.m,6)-substr(f.m0,6), s.n, count(distinct p.c) from p join f using (c) join s on s.m0=f.m0 group by 1, 2 order by 1, 2" | tr -d '\r')"
cat >contracts.jsonl <<'E'
{"id":"1","type":"contract","account":"stays","start":"2024-01-01","amount":"100.00","currency":"EUR"}
{"id":"2","type":"contract","account":"grows","start":"2024-01-01","end":"2026-06-30","amount":"100.00","currency":"EUR"}
{"id":"3","type":"contract","account":"grows","start":"2026-07-01","amount":"150.00","currency":"EUR"}
{"id":"4","type":"contract","account":"shrinks","start":"2024-01-01","end":"2026-03-31","amount":"100.00","currency":"EUR"}
{"id":"5","type":"contract","account":"shrinks","start":"2026-04-01","amount":"60.00","currency":"EUR"}
{"id":"6","type":"contract","account":"leaves","start":"2024-01-01","end":"2026-05-31","amount":"100.00","currency":"EUR"}
{"id":"7","type":"contract","account":"comes","start":"2026-02-01","amount":"70.00","currency":"EUR"}
{"id":"8","type":"contract","account":"renews","start":"2023-01-01","end":"2023-12-31","auto_renew":true,"status":"active","amount":"100.00","currency":"EUR"}
E
same 'the ledger: NRR, GRR, churn' 'crm-report churn --period 2026 -F jsonl contracts.jsonl' <<'E'
{"currency":"EUR","start":"500.00","new":"70.00","expansion":"50.00","contraction":"40.00","churned":"100.00","end":"480.00","nrr":0.82,"grr":0.72,"customers":5,"customers_new":1,"customers_lost":1,"customers_end":5,"churn_rate":0.2}
E
fails_with 2 'it wants a period with ends' 'crm-report churn --period 2026-01-01.. contracts.jsonl'
cat >deals.jsonl <<'E'
{"id":"1","type":"deal","stage":"won","amount":"100.00","currency":"EUR","close_date":"2026-10-05","closed":"2026-10-05T10:00:00Z"}
{"id":"2","type":"deal","stage":"negotiation","amount":"200.00","currency":"EUR","close_date":"2026-12-05"}
{"id":"3","type":"deal","stage":"proposal","amount":"300.00","currency":"EUR","close_date":"2026-12-06","probability":40}
{"id":"4","type":"deal","stage":"new","amount":"400.00","currency":"EUR","close_date":"2026-11-30"}
{"id":"5","type":"deal","stage":"new","amount":"500.00","currency":"EUR","close_date":"2026-11-01"}
{"id":"6","type":"deal","stage":"lost","amount":"600.00","currency":"EUR","close_date":"2026-11-01"}
{"id":"7","type":"deal","stage":"new","amount":"700.00","currency":"EUR","close_date":"2027-01-01"}
E
same 'the forecast: categories, cumulative, overdue apart' \
	"crm-report forecast -F jsonl deals.jsonl | jq -c '[.category,.count,.sum_amount,.weighted,.cumulative]'" <<'E'
["closed",1,"100.00","100.00","100.00"]
["commit",1,"200.00","150.00","300.00"]
["best_case",1,"300.00","120.00","600.00"]
["pipeline",1,"400.00","40.00","1000.00"]
["overdue",1,"500.00","50.00",null]
["omitted",1,"600.00","0.00",null]
E
same 'data quality' \
	"printf '%s\n' '{\"id\":\"a\",\"type\":\"contact\",\"name\":\"A\",\"emails\":[\"a@b.example\"]}' '{\"id\":\"b\",\"type\":\"contact\",\"name\":\"A\",\"emails\":[\"broken\"]}' | crm-report data-quality -t contact -F jsonl - | jq -c 'select(.present>0)'" <<'E'
{"field":"name","present":2,"complete":1,"valid":1,"unique":0.5}
{"field":"emails","present":2,"complete":1,"valid":0.5,"unique":1}
E
cat >due.jsonl <<'E'
{"id":"t1","type":"activity","kind":"task","subject":"Call Maria","due":"2026-11-23","owner":"ann"}
{"id":"t2","type":"activity","kind":"task","subject":"Late","due":"2026-11-10"}
{"id":"t3","type":"activity","kind":"task","subject":"Done","due":"2026-11-23","done":true}
{"id":"t4","type":"activity","kind":"task","subject":"Next month","due":"2026-12-23"}
{"id":"c9","type":"contact","name":"Bo","birthday":"--11-25"}
{"id":"m","type":"activity","kind":"meeting","subject":"Demo","at":"2026-11-24T09:00:00Z"}
{"id":"k","type":"contract","name":"Support","start":"2025-01-01","end":"2026-12-31","notice_days":35}
E
same 'the agenda' "crm-report agenda -F jsonl due.jsonl | jq -c '[.at,.what,.title]'" <<'E'
["2026-11-10","overdue","Late"]
["2026-11-23","task","Call Maria"]
["2026-11-24T09:00:00Z","meeting","Demo"]
["2026-11-25","birthday","Bo"]
["2026-11-26","renewal","Support"]
E
item() {
	printf '{"id":"%s","type":"purchase","contact":"c%s","at":"2026-0%d-01","amount":"%s","currency":"EUR","items":[%s]}\n' "$@"
}
{
	item 1 1 1 10.00 '{"product":"bread"},{"product":"butter"}'
	item 2 2 2 20.00 '{"product":"butter"},{"product":"bread"},{"product":"jam"}'
	item 3 1 3 5.50 '{"product":"bread"}'
	item 4 3 4 7.00 '{"product":"jam"},{"product":"jam"}'
} >items.jsonl
same 'bought together' 'crm-report basket -F jsonl items.jsonl' <<'E'
{"product":"bread","with":"butter","count":2,"support":0.5,"confidence":0.6667,"lift":1.3333}
E
same 'recency, frequency, money' "crm-report rfm -F jsonl items.jsonl | jq -c '[.id,.recency_days,.days,.sum_amount,.score]'" <<'E'
["c1",265,2,"15.50","353"]
["c2",293,1,"20.00","125"]
["c3",234,1,"7.00","521"]
E
cat >campaigns.jsonl <<'E'
{"id":"k1","type":"campaign","name":"Fair","start":"2026-03-01","cost":"1000.00","currency":"EUR"}
{"id":"k2","type":"campaign","name":"Mail","start":"2026-04-01"}
{"id":"m1","type":"member","campaign":"k1","contact":"c1"}
{"id":"d1","type":"deal","campaign":"k1","stage":"won","amount":"1500.00","currency":"EUR"}
{"id":"d2","type":"deal","campaign":"k1","stage":"lost","amount":"900.00","currency":"EUR"}
{"id":"d3","type":"deal","campaign":"k2","stage":"won","amount":"40.00","currency":"EUR"}
E
same 'campaigns' 'crm-report campaign-roi -F jsonl campaigns.jsonl' <<'E'
{"campaign":"Fair","currency":"EUR","members":1,"deals":2,"won":1,"cost":"1000.00","won_amount":"1500.00","roi":0.5,"first_amount":"1500.00","first_roi":0.5,"last_amount":"1500.00","last_roi":0.5,"linear_amount":"1500.00","linear_roi":0.5}
{"campaign":"Mail","currency":"EUR","members":0,"deals":1,"won":1,"won_amount":"40.00","first_amount":"40.00","last_amount":"40.00","linear_amount":"40.00"}
E
cat >series.jsonl <<'E'
{"id":"a1","type":"activity","kind":"meeting","subject":"Weekly","at":"2024-06-03T07:00:00Z","duration":90,"recurrence":"FREQ=WEEKLY;BYDAY=MO,TH","timezone":"Europe/Athens","recurrence_except":["2026-11-26T08:00:00Z"]}
{"id":"a3","type":"activity","kind":"meeting","subject":"Over","at":"2020-06-03T07:00:00Z","recurrence":"FREQ=DAILY;COUNT=3"}
{"id":"a5","type":"activity","kind":"call","subject":"Birthday","at":"2020-11-25","recurrence":"FREQ=YEARLY"}
E
same 'each time of a series, at its own hour, but for the exceptions' \
	"crm-report agenda --now 2026-11-22T00:00:00Z --period 2026-11-22..2026-12-05 -F jsonl series.jsonl | jq -c '[.at,.what,.title]'" <<'E'
["2026-11-23T08:00:00Z","meeting","Weekly"]
["2026-11-25","call","Birthday"]
["2026-11-30T08:00:00Z","meeting","Weekly"]
["2026-12-03T08:00:00Z","meeting","Weekly"]
E
done_testing
