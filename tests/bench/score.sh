#!/bin/bash
# crm-score by rules over contacts with two events each beside the same rules
# in SQL (sqlite3, without the time it takes to load), and the training of
# lifetime value. One JSON line each. N=1000000 for the full size.
set -eu
n=${N:-100000}
dir=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PATH=$BUILD/bin:$PATH LC_ALL=C.UTF-8 CRM_ACTOR=bench CRM_NOW=2026-11-21T12:00:00Z
cd "$dir"
cat >rules.json <<'E'
{"min": 0, "max": 100, "grades": {"A": 15},
 "groups": [{"name": "fit", "fit": true}, {"name": "acts", "min": 0, "max": 60}],
 "rules": [
  {"name": "boss", "group": "fit", "points": 15, "when": "title:CEO"},
  {"name": "phone", "group": "fit", "points": 5, "when": "phones:any"},
  {"name": "call", "group": "acts", "points": 8, "cap": 24, "half_life": "30d", "event": "activity kind:call"},
  {"name": "web", "group": "acts", "points": 2, "cap": 16, "half_life": "14d", "event": "activity kind:web"}]}
E
awk -v n="$n" 'BEGIN {
	s = 1
	for (i = 0; i < n; i++) {
		for (k = 0; k < 2; k++) {
			s = (s * 1103515245 + 12345) % 2147483648; r = int(s / 65536)
			kind[k] = r % 2 ? "call" : "web"; at[k] = sprintf("2026-%02d-%02dT08:00:00Z", 9 + r % 3, 1 + r % 20)
			print i "," kind[k] "," at[k] >"event.csv"
		}
		title = i % 7 ? "Clerk" : "CEO"; phone = i % 3 == 0
		print i "," title "," phone >"contact.csv"
		printf "{\"id\":\"c%d\",\"type\":\"contact\",\"name\":\"N%d\",\"title\":\"%s\"%s,\"activities\":[{\"kind\":\"%s\",\"at\":\"%s\"},{\"kind\":\"%s\",\"at\":\"%s\"}]}\n", \
			i, i, title, phone ? ",\"phones\":[\"+302101234567\"]" : "", kind[0], at[0], kind[1], at[1]
	}
}' >c.jsonl
awk -v n="$n" 'BEGIN {
	s = 5
	for (i = 0; i < n; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; r = int(s / 65536)
		m = r % 5 < 3 ? 1 : r % 4 + 1
		for (k = 0; k < m; k++) {
			s = (s * 1103515245 + 12345) % 2147483648; q = int(s / 65536)
			printf "{\"type\":\"purchase\",\"id\":\"p%d-%d\",\"contact\":\"c%d\",\"at\":\"2026-%02d-%02d\",\"amount\":\"%d.50\",\"currency\":\"EUR\"}\n", i, k, i, 1 + q % 10, 1 + q % 28, 5 + q % 90
		}
	}
}' >p.jsonl
now() { date +%s.%N; }
a=$(now)
crm-score --rules ./rules.json c.jsonl >scores.jsonl
b=$(now)
ours=$(echo "$b $a" | awk '{print $1 - $2}')
theirs=null
if command -v sqlite3 >/dev/null; then
	sqlite3 c.db 'create table contact(id integer primary key, title, phone); create table event(contact integer, kind, at)' \
		'.mode csv' '.import contact.csv contact' '.import event.csv event' 'create index e on event(contact)'
	a=$(now)
	sqlite3 c.db "select c.id, min(100, max(0, (title='CEO')*15 + phone*5 + min(60,
		min(24, coalesce(sum((kind='call')*8*pow(0.5,(julianday('2026-11-21T12:00:00Z')-julianday(at))/30)),0)) +
		min(16, coalesce(sum((kind='web')*2*pow(0.5,(julianday('2026-11-21T12:00:00Z')-julianday(at))/14)),0)))))
		from contact c left join event e on e.contact=c.id group by c.id" >sql.txt
	b=$(now)
	theirs=$(echo "$b $a" | awk '{print $1 - $2}')
fi
awk -v n="$n" -v o="$ours" -v t="$theirs" 'BEGIN {
	printf "{\"bench\":\"score-rules\",\"n\":%d,\"events\":%d,\"seconds\":%.3f,\"records_per_second\":%d,\"sqlite_seconds\":%s}\n", n, 2 * n, o, n / o, t }'
# the same over a store: events are records of their own
crm -s store init -q
awk -F, -v q='"' '{ printf "{\"id\":\"c%s\",\"type\":\"contact\",\"name\":\"N%s\",\"title\":\"%s\"%s}\n", $1, $1, $2, $3 ? ",\"phones\":[\"+302101234567\"]" : "" }' contact.csv >s.jsonl
awk -F, '{ printf "{\"id\":\"e%d\",\"type\":\"activity\",\"kind\":\"%s\",\"contact\":\"c%s\",\"at\":\"%s\"}\n", NR, $2, $1, $3 }' event.csv >>s.jsonl
crm-add -s store -q s.jsonl
a=$(now)
crm-score -a -s store -t contact --rules ./rules.json >stored.jsonl
b=$(now)
awk -v n="$n" -v a="$a" -v b="$b" -v t="$theirs" 'BEGIN {
	printf "{\"bench\":\"score-rules-store\",\"n\":%d,\"events\":%d,\"seconds\":%.3f,\"records_per_second\":%d,\"sqlite_seconds\":%s}\n", n, 2 * n, b - a, n / (b - a), t }'
a=$(now)
crm-score --model clv --train p.jsonl >fit.json
b=$(now)
awk -v n="$n" -v p="$(wc -l <p.jsonl)" -v a="$a" -v b="$b" 'BEGIN {
	printf "{\"bench\":\"clv-train\",\"customers\":%d,\"purchases\":%d,\"seconds\":%.3f,\"purchases_per_second\":%d}\n", n, p, b - a, p / (b - a) }'
