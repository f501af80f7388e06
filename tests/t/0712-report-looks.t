#!/bin/bash
# Goals that cron checks, and the formats for other programs.
. "${0%/*}/../lib.sh"
need jq

for i in 1 2 3 4 5 6; do
	printf '{"id":"w%d","type":"deal","name":"<b>&","owner":"ann","stage":"%s","amount":"100.00","currency":"EUR","opened":"2026-0%d-01","closed":"2026-0%d-11"}\n' \
		$i "$([ $i = 6 ] && echo lost || echo won)" $i $i
done >deals.jsonl
goal() {
	printf '{"id":"g","type":"goal","metric":"%s","target":%s,"period":"%s"}\n' "$@"
}
{
	goal win-rate.win_rate 0.8 2026
	goal won.count '"+50%"' 2026-03-01..2026-04-30
	goal cycle.mean_days '"<=10"' 2026
} >goals.jsonl
same_after 1 'goals: met and missed' 'crm-report --check=goals.jsonl -F jsonl deals.jsonl' <<'E'
{"metric":"win-rate.win_rate","period":"2026","target":"0.8","wanted":0.8,"actual":0.8333,"met":true}
{"metric":"won.count","period":"2026-03-01..2026-04-30","target":"+50%","wanted":3,"actual":2,"before":2,"met":false}
{"metric":"cycle.mean_days","period":"2026","target":"<=10","wanted":10,"actual":10,"met":true}
E
same_after 1 'only the missed' "crm-report --check=goals.jsonl --missed -F jsonl deals.jsonl | jq -r .metric; exit \${PIPESTATUS[0]}" <<'E'
won.count
E
head -n 1 goals.jsonl >one.jsonl
ok 'all met: status 0' 'crm-report --check=one.jsonl deals.jsonl'
echo '{"id":"g","type":"goal","metric":"nonsense","target":1}' >odd.jsonl
fails_with 3 'a goal that names no measure' 'crm-report --check=odd.jsonl deals.jsonl'
for f in vega-lite slack teams; do
	ok "$f is JSON" "crm-report win-rate -F $f deals.jsonl | jq -e 'type == \"object\"'"
done
same 'vega-lite: data and encoding' \
	"crm-report won -F vega-lite deals.jsonl | jq -c '[(.data.values|length),.encoding.y.field,.encoding.x.field]'" <<'E'
[5,"closed","sum_amount"]
E
ok 'html: no script, nothing loaded, escaped' \
	"crm-report -t deal --by name --count -F html deals.jsonl >page.html && ! grep -Eq '<script|https?://|<b>' page.html && grep -q '&lt;b&gt;&amp;' page.html && grep -q 'lang=\"en\" dir=\"ltr\"' page.html"
ok 'html: the chart has its table' \
	"crm-report won -F html deals.jsonl >page.html && grep -q '<svg' page.html && grep -q '<table' page.html"
ok 'a mail with both' \
	"crm-report won -F mime deals.jsonl | grep -c '^Content-Type: text/' | grep -qx 2"
same 'ics: tasks and events' \
	"printf '%s\n' '{\"id\":\"t1\",\"type\":\"activity\",\"kind\":\"task\",\"subject\":\"Call, Maria\",\"due\":\"2026-11-23\"}' | crm-report agenda -F ics - | tr -d '\r' | sed -n '4,9p'" <<'E'
BEGIN:VTODO
UID:t1-task@crmutils
DTSTAMP:20261121T120000Z
DUE;VALUE=DATE:20261123
SUMMARY:Call\, Maria
END:VTODO
E
fails_with 2 'ics is for the agenda' 'crm-report won -F ics deals.jsonl'
done_testing
