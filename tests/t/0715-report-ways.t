#!/bin/bash
# Journeys, adoption, attribution, worth of a customer, service levels.
. "${0%/*}/../lib.sh"
need jq sqlite3

cat >journey.jsonl <<'E2'
{"id":"c1","type":"contact","account":"a1"}
{"id":"l1","type":"lead","source":"web","status":"converted","created":"2026-01-01T00:00:00Z","converted":{"deal":"d1"},"statuses":[{"status":"new","at":"2026-01-01T00:00:00Z"},{"status":"qualified","at":"2026-01-05T00:00:00Z"},{"status":"converted","at":"2026-01-11T00:00:00Z"}]}
{"id":"d1","type":"deal","account":"a1","stage":"won","opened":"2026-01-11T00:00:00Z","closed":"2026-02-01T00:00:00Z","stages":[{"stage":"new","at":"2026-01-11T00:00:00Z"},{"stage":"won","at":"2026-02-01T00:00:00Z"}]}
{"id":"d2","type":"deal","source":"web","contacts":["c1"],"stage":"new","opened":"2026-03-01T00:00:00Z","stages":[{"stage":"new","at":"2026-03-01T00:00:00Z"},{"stage":"proposal","at":"2026-03-03T00:00:00Z"},{"stage":"new","at":"2026-03-13T00:00:00Z"}]}
{"id":"x1","type":"activity","kind":"email","contact":"l1","at":"2026-01-03T00:00:00Z"}
{"id":"x2","type":"activity","kind":"call","contact":"c1","at":"2026-01-21T00:00:00Z"}
{"id":"x3","type":"activity","kind":"call","contact":"c1","at":"2026-03-04T00:00:00Z"}
{"id":"x4","type":"activity","kind":"call","contact":"nobody","at":"2026-03-04T00:00:00Z"}
{"id":"m1","type":"member","campaign":"k","contact":"l1","at":"2025-12-31T00:00:00Z"}
E2
same 'journeys: a lead and its deal are one; touches go to the journey they were part of' \
	"crm-report journey -F jsonl journey.jsonl | jq -c '[.source,.step,.journeys,.share,.times,.day,.stay_days]'" <<'E2'
["web","campaign",1,0.5,1,-1,null]
["web","lead:new",1,0.5,1,0,4]
["web","email",1,0.5,1,2,null]
["web","stage:proposal",1,0.5,1,2,10]
["web","lead:qualified",1,0.5,1,4,6]
["web","stage:new",2,1,3,5,11.5]
["web","lead:converted",1,0.5,1,10,null]
["web","call",2,1,2,11.5,null]
["web","stage:won",1,0.5,1,31,null]
E2
ok 'in any order of the lines' \
	"cmp <(crm-report journey journey.jsonl) <(tac journey.jsonl | crm-report journey -)"
same 'only those that began in the period' \
	"crm-report journey --period 2026-Q1 -F jsonl <(sed 's/2026-03-01/2026-04-01/' journey.jsonl) | jq -c '[.step,.journeys]' | head -3" <<'E2'
["campaign",1]
["lead:new",1]
["email",1]
E2

crm init -q timezone=Europe/Athens
at() {
	CRM_NOW=$1 CRM_ACTOR=$2 "${@:3}" >/dev/null
}
at 2026-11-02T08:00:00Z ann crm-add -q contact id=c1 name=A
at 2026-11-02T09:00:00Z ann crm-add -q contact id=c2 name=B
at 2026-11-04T09:00:00Z ann crm-edit -q c1 c2 title=x
at 2026-11-08T22:30:00Z bob crm-add -q contact id=c3 name=C
at 2026-11-09T09:00:00Z ann crm-edit -q c3 title=y
same 'adoption: runs, changes and days by week, actor and program, in the zone of the store' \
	'crm-report adoption -F jsonl' <<'E2'
{"week":"2026-W45","actor":"ann","program":"crm-add","runs":2,"changes":2,"days":1}
{"week":"2026-W45","actor":"ann","program":"crm-edit","runs":1,"changes":2,"days":1}
{"week":"2026-W46","actor":"ann","program":"crm-edit","runs":1,"changes":1,"days":1}
{"week":"2026-W46","actor":"bob","program":"crm-add","runs":1,"changes":1,"days":1}
E2
same 'as of a past day it is what it was' 'crm-report adoption --as-of 2026-11-03 -F jsonl' <<'E2'
{"week":"2026-W45","actor":"ann","program":"crm-add","runs":2,"changes":2,"days":1}
E2
fails_with 2 'lines have no journal' 'crm-report adoption journey.jsonl'

cat >touch.jsonl <<'E2'
{"id":"k1","type":"campaign","name":"Fair","start":"2026-03-01","cost":"1000.00","currency":"EUR"}
{"id":"k2","type":"campaign","name":"Mail","start":"2026-04-01","cost":"50.00","currency":"EUR"}
{"id":"k3","type":"campaign","name":"Idle","start":"2026-04-01","cost":"10.00","currency":"USD"}
{"id":"m1","type":"member","campaign":"k1","contact":"c1","at":"2026-03-02"}
{"id":"m2","type":"member","campaign":"k2","contact":"c1","at":"2026-04-02"}
{"id":"m3","type":"member","campaign":"k2","contact":"c1","at":"2026-06-02"}
{"id":"m4","type":"member","campaign":"k2","contact":"c2","at":"2026-04-03"}
{"id":"d1","type":"deal","campaign":"k1","contacts":["c1","c2"],"stage":"won","amount":"100.00","currency":"EUR","opened":"2026-03-05","closed":"2026-05-01"}
{"id":"d2","type":"deal","stage":"won","contacts":["c1"],"amount":"10.00","currency":"USD","opened":"2026-03-05","closed":"2026-07-01"}
{"id":"d3","type":"deal","campaign":"k2","stage":"won","amount":"40.00","currency":"EUR"}
E2
same 'attribution: first, last, linear; equal parts add up to the cent' \
	"crm-report campaign-roi -F jsonl touch.jsonl | jq -c '[.campaign,.currency,.won_amount,.first_amount,.last_amount,.linear_amount,.linear_roi]'" <<'E2'
["Fair","EUR","100.00","100.00","0.00","33.34",-0.9667]
["Fair","USD","0.00","10.00","0.00","3.34",null]
["Idle","USD","0.00","0.00","0.00","0.00",-1]
["Mail","EUR","40.00","40.00","140.00","106.66",1.1332]
["Mail","USD","0.00","0.00","10.00","6.66",null]
E2

awk 'BEGIN {
	s = 7
	for (i = 1; i <= 900; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; k = int(s / 65536)
		c = k % 90; m = i % 34
		if (c % 3 == 0 && m > 18) continue
		printf "{\"id\":\"p%d\",\"type\":\"purchase\",\"contact\":\"c%d\",\"at\":\"%d-%02d-%02d\",\"amount\":\"%d.%02d\",\"currency\":\"%s\"}\n", i, c, 2024 + int(m / 12), 1 + m % 12, 1 + k % 28, k % 97, i % 100, c % 5 ? "EUR" : "USD"
	}
}' >bought.jsonl
jq -r '[.contact,.at,.amount,.currency]|@csv' bought.jsonl >bought.csv
same 'the worth of a customer is what SQL says' \
	"crm-report clv -F jsonl bought.jsonl | jq -r '[.currency,.customers,.orders,.revenue,.historic,.mean_order,.orders_per_year,.arpa,.retention,.clv_churn,.clv_years,.clv_discounted]|map(tostring)|join(\" \")'" \
	<<<"$(sqlite3 :memory: 'create table p(c, d, a real, cur)' '.mode csv' '.import bought.csv p' '.mode list' '.separator " "' "
	with t as (select cur, c, min(d) f, max(d > date('2026-11-21', '-365 days')) l,
		max(d <= date('2026-11-21', '-365 days') and d > date('2026-11-21', '-730 days')) b,
		sum(a) s, count(*) n, sum(case when d > date('2026-11-21', '-365 days') then a else 0 end) rec from p group by 1, 2),
	u as (select cur, count(*) n, sum(n) o, sum(s) rev, sum(s) / count(*) h, sum(s) / sum(n) mo,
		sum(n) * 365.0 / sum(julianday('2026-11-21') - julianday(f) + 1) oy, sum(rec) / sum(l) arpa, sum(b and l) * 1.0 / sum(b) r from t group by 1)
	select cur, n, o, printf('%.2f', rev), printf('%.2f', h), printf('%.2f', mo), round(oy, 2), printf('%.2f', arpa), round(r, 4),
		printf('%.2f', arpa / (1 - r)), printf('%.2f', mo * oy * 3), printf('%.2f', arpa * (1 + r / 1.1 + r * r / 1.21)) from u" | tr -d '\r')"

cat >tickets.jsonl <<'E2'
{"id":"t1","type":"ticket","status":"solved","priority":"high","opened":"2026-11-16T09:00:00Z","first_reply":"2026-11-16T12:00:00Z","solved":"2026-11-18T10:00:00Z","statuses":[{"status":"new","at":"2026-11-16T09:00:00Z"},{"status":"pending","at":"2026-11-16T12:00:00Z"},{"status":"open","at":"2026-11-17T12:00:00Z"},{"status":"solved","at":"2026-11-18T10:00:00Z"}]}
{"id":"t2","type":"ticket","status":"open","priority":"high","opened":"2026-11-16T09:00:00Z"}
{"id":"t3","type":"ticket","status":"open","priority":"high","opened":"2026-11-20T16:00:00Z"}
{"id":"t4","type":"ticket","status":"closed","priority":"high","opened":"2026-11-16T09:00:00Z","first_reply":"2026-11-16T17:00:00Z"}
E2
same 'service levels: late is missed, running is neither, pending time does not count' \
	'crm-find ticket -f id,reply_sla,solve_sla - <tickets.jsonl' <<'E2'
{"id":"t1","reply_sla":"met","solve_sla":"met"}
{"id":"t2","reply_sla":"missed","solve_sla":"missed"}
{"id":"t3"}
{"id":"t4","reply_sla":"missed"}
E2
same 'and as shares, with minutes and who waited for whom' \
	"crm-report service -F jsonl tickets.jsonl | jq -c '[.count,.reply_median,.reply_sla,.solve_median,.solve_business_median,.solve_sla,.requester_wait,.agent_wait]'" <<'E2'
[4,330,0.3333,2940,1020,0.5,1500,1440]
E2
cat >odds.jsonl <<'E2'
{"id":"1","type":"deal","stage":"won","amount":"1.00","currency":"EUR","closed":"2026-01-05","stages":[{"stage":"new"},{"stage":"proposal"},{"stage":"new"},{"stage":"won"}]}
{"id":"2","type":"deal","stage":"lost","amount":"1.00","currency":"EUR","closed":"2026-01-05","stages":[{"stage":"new"},{"stage":"lost"}]}
{"id":"3","type":"deal","stage":"lost","amount":"1.00","currency":"EUR","closed":"2026-01-05","stages":[{"stage":"new"},{"stage":"proposal"},{"stage":"lost"}]}
{"id":"4","type":"deal","stage":"new","amount":"300.00","currency":"EUR","close_date":"2026-12-05"}
{"id":"5","type":"deal","stage":"proposal","amount":"1000.00","currency":"EUR","close_date":"2026-12-05"}
{"id":"6","type":"deal","stage":"negotiation","amount":"1000.00","currency":"EUR","close_date":"2026-12-05"}
E2
# Wilson for 1 of 3: 0.0615 .. 0.7923; for 1 of 2: 0.0945 .. 0.9055
same 'the forecast by our own odds, with their interval; none where there is no history' \
	"crm-report forecast -F jsonl odds.jsonl | jq -c 'select(.count>0)|[.category,.weighted,.own_weighted,.own_low,.own_high]'" <<'E2'
["commit","750.00",null,null,null]
["best_case","500.00","500.00","94.50","905.50"]
["pipeline","30.00","99.99","18.45","237.69"]
E2

cat >cal.jsonl <<'E2'
{"id":"ann","type":"user","name":"Ann","timezone":"Europe/Athens"}
{"id":"bob","type":"user","name":"Bob","timezone":"Europe/London"}
{"id":"m1","type":"activity","kind":"meeting","subject":"Demo","at":"2026-11-23T09:00:00Z","duration":"90min","owner":"ann"}
{"id":"m2","type":"activity","kind":"call","subject":"Call","at":"2026-11-24T14:00:00Z","owner":"bob"}
{"id":"m3","type":"activity","kind":"meeting","subject":"Trip","at":"2026-11-25","owner":"Bob"}
{"id":"m4","type":"activity","kind":"meeting","subject":"Else","at":"2026-11-23T12:00:00Z","owner":"eve"}
{"id":"k","type":"contract","name":"Support","start":"2023-11-25","end":"2026-12-31","notice_days":35}
{"id":"c9","type":"contact","name":"Bo","birthday":"1980-11-25"}
{"id":"t1","type":"activity","kind":"task","subject":"Today","due":"2026-11-21"}
E2
same 'free hours of people in two zones, around their meetings' \
	"crm-report agenda --free=ann,bob -F jsonl cal.jsonl | jq -c '[.at,.until,.minutes]'" <<'E2'
["2026-11-23T10:30:00Z","2026-11-23T15:00:00Z",270]
["2026-11-24T09:00:00Z","2026-11-24T14:00:00Z",300]
["2026-11-26T09:00:00Z","2026-11-26T15:00:00Z",360]
["2026-11-27T09:00:00Z","2026-11-27T15:00:00Z",360]
E2
same 'as a calendar' "crm-report agenda --free=ann,bob -F ics cal.jsonl | tr -d '\r' | sed -n '4,11p'" <<'E2'
BEGIN:VEVENT
UID:2026-11-23T10:30:00Z-free@crmutils
DTSTAMP:20261121T120000Z
DTSTART:20261123T103000Z
DTEND:20261123T150000Z
TRANSP:TRANSPARENT
SUMMARY:ann\, bob (free)
END:VEVENT
E2
fails_with 2 'no other report is free' 'crm-report pipeline --free cal.jsonl'
same 'milestones: birthdays and anniversaries with their years' \
	"crm-report milestones -F jsonl cal.jsonl | jq -c '[.at,.what,.title,.years]'" <<'E2'
["2026-11-25","birthday","Bo",46]
["2026-11-25","anniversary","Support",3]
E2
same 'what is due today is not late' "crm-report agenda -F jsonl cal.jsonl | head -n 1 | jq -r .what" <<'E2'
task
E2
same 'a meeting lasts in a calendar' "crm-report agenda -F ics cal.jsonl | tr -d '\r' | grep -A3 UID:m1" <<'E2'
UID:m1-meeting@crmutils
DTSTAMP:20261121T120000Z
DTSTART:20261123T090000Z
DTEND:20261123T103000Z
E2

same 'customers who come again are what SQL says' \
	"crm-report repeat --period 2026-01-01..2026-06-30 -F jsonl bought.jsonl | jq -r '[.customers,.new_customers,.repeat_customers,.purchases,.repeat_purchases,.customers_before,.kept,.retention]|map(tostring)|join(\" \")'" \
	<<<"$(sqlite3 :memory: 'create table p0(c, d, a, cur)' '.mode csv' '.import bought.csv p0' '.mode list' '.separator " "' "
	with p as (select distinct c, d from p0 where d < '2026-07-01'), f as (select c, min(d) f from p group by c),
	k as (select c, sum(d >= '2026-01-01') n, count(*) a, max(d >= date('2026-01-01', '-181 days') and d < '2026-01-01') b from p group by c)
	select sum(n > 0), (select count(*) from f where f >= '2026-01-01'), sum(n > 0 and a > 1), sum(n),
		sum(n) - (select count(*) from f where f >= '2026-01-01'), sum(b), sum(b and n > 0), round(sum(b and n > 0) * 1.0 / sum(b), 4) from k" | tr -d '\r')"
jq -c 'select(.currency=="EUR")' bought.jsonl >eur.jsonl
jq -r '[.contact,.at,.amount]|@csv' eur.jsonl >eur.csv
same 'recency, frequency, money: quintiles with their ties are what SQL says' \
	"crm-report rfm -F jsonl eur.jsonl | jq -r '[.id,.r,.f,.m]|map(tostring)|join(\" \")'" \
	<<<"$(sqlite3 :memory: 'create table p(c, d, a real)' '.mode csv' '.import eur.csv p' '.mode list' '.separator " "' "
	with v as (select c, max(d) r, count(distinct d) f, sum(round(a * 100)) m from p group by c), n as (select count(*) n from v)
	select c, 1 + 5 * ((select count(*) from v x where x.r < v.r) + (select count(*) from v x where x.r <= v.r)) / 2 / n,
		1 + 5 * ((select count(*) from v x where x.f < v.f) + (select count(*) from v x where x.f <= v.f)) / 2 / n,
		1 + 5 * ((select count(*) from v x where x.m < v.m) + (select count(*) from v x where x.m <= v.m)) / 2 / n from v, n order by c" | tr -d '\r')"
ok 'in any order of the purchases' 'cmp <(crm-report rfm eur.jsonl) <(tac eur.jsonl | crm-report rfm -)'
printf '%s\n' '{"id":"1","type":"points","contact":"c1","at":"2026-01-01","points":100}' \
	'{"id":"2","type":"points","contact":"c1","at":"2026-02-01","points":-30.5}' >points.jsonl
same 'points of a customer' 'crm-report points -F jsonl points.jsonl' <<'E2'
{"contact":"c1","given":100,"taken":-30.5,"balance":69.5,"last":"2026-02-01"}
E2
crm-add -q lead id=l1 name=A source=web created=2026-01-01T00:00:00Z
crm-add -q activity kind=call contact=l1 at=2026-01-01T06:00:00Z
crm-add -q activity kind=call lead=l1 at=2026-01-01T05:00:00Z
same 'hours to the first touch of a lead' \
	"crm-report lead-conversion --period 2026 -F jsonl | jq -c '[.source,.count,.first_touch]'" <<'E2'
["web",1,5]
E2
same 'data quality by source, with what is stale' \
	"printf '%s\n' '{\"id\":\"a\",\"type\":\"lead\",\"name\":\"A\",\"source\":\"web\",\"updated\":\"2020-01-01T00:00:00Z\"}' '{\"id\":\"b\",\"type\":\"lead\",\"name\":\"B\",\"updated\":\"2026-11-01T00:00:00Z\"}' | crm-report data-quality -t lead --by source -F jsonl - | jq -c 'select(.field==\"name\")'" <<'E2'
{"source":"web","field":"name","present":1,"complete":1,"valid":1,"unique":1,"stale":1}
{"field":"name","present":1,"complete":1,"valid":1,"unique":1,"stale":0}
E2

cat >goals.jsonl <<'E2'
{"id":"g1","type":"goal","metric":"repeat.retention","target":"<=2","period":"2026-01-01..2026-06-30"}
{"id":"g3","type":"goal","metric":"revenue[at=2026-05,currency=USD].count","target":">=1"}
E2
same 'goals of a row' "crm-report --check=goals.jsonl -F jsonl bought.jsonl | jq -c '[.metric,.met]'" <<'E2'
["repeat.retention",true]
["revenue[at=2026-05,currency=USD].count",true]
E2
echo '{"id":"g4","type":"goal","metric":"revenue.sum_amount","target":"1"}' >several.jsonl
fails_with 3 'a goal that means several rows' 'crm-report --check=several.jsonl bought.jsonl'
err_has 'says so' '2 rows: name one'
printf '%s\n' '{"id":"s1","type":"survey","kind":"nps","score":1,"at":"2026-01-05"}' '{"id":"s2","type":"survey","kind":"nps","score":1,"at":"2026-02-05"}' >nps.jsonl
echo '{"id":"g5","type":"goal","metric":"nps.nps","target":"+15%","period":"2026-02-01..2026-02-28"}' >nps-goal.jsonl
same_after 1 'more of a negative figure is not less' "crm-report --check=nps-goal.jsonl -F jsonl nps.jsonl | jq -c '[.before,.wanted,.actual]'; exit \${PIPESTATUS[0]}" <<'E2'
[-100,-85,-100]
E2
for f in slack teams; do
	ok "goals for $f" "crm-report --check=goals.jsonl -F $f bought.jsonl | jq -e 'type == \"object\"'"
done
crm-add -q goal metric=points.balance target=5
same 'the report goals' "crm-report goals -F jsonl" <<'E2'
{"metric":"points.balance","target":"5","wanted":5,"met":false}
E2
done_testing
