#!/bin/bash
# Rules over the whole store read all events at once; over few records they
# walk along the links. Both say the same.
. "${0%/*}/../lib.sh"
need jq

crm init -q
awk 'BEGIN {
	s = 3
	for (i = 0; i < 40; i++)
		printf "{\"id\":\"%s%d\",\"type\":\"%s\",\"name\":\"N%d\",\"title\":\"%s\",\"emails\":[\"p%d@acme.example\"]}\n", i % 4 ? "c" : "l", i, i % 4 ? "contact" : "lead", i, i % 5 ? "Clerk" : "CEO", i
	split("call email meeting web chat", kind, " ")
	for (i = 0; i < 400; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; r = int(s / 65536)
		k = r % 40
		who = sprintf("%s%d", k % 4 ? "c" : "l", k)
		two = k % 4 == 0 && r % 3 == 0 ? sprintf(",\"lead\":\"%s\"", who) : ""
		printf "{\"id\":\"a%d\",\"type\":\"activity\",\"kind\":\"%s\",\"direction\":\"in\",\"contact\":\"%s\"%s,\"at\":\"2026-%02d-%02dT08:00:00Z\"}\n", i, kind[1 + r % 5], who, two, 6 + r % 7, 1 + r % 28
	}
	for (i = 0; i < 30; i++)
		printf "{\"id\":\"s%d\",\"type\":\"survey\",\"contact\":\"c%d\",\"kind\":\"nps\",\"score\":%d,\"at\":\"2026-10-%02d\"}\n", i, 1 + i % 3, i % 11, 1 + i % 28
}' >records.jsonl
crm-add -q --now 2026-11-01T00:00:00Z records.jsonl
# each PROGRAM OPTIONS...: one run a record
each() {
	{ crm-find lead -F ids; crm-find contact -F ids; } | LC_ALL=C sort >ids
	while read -r id; do
		crm-score -a "$@" --where "id=$id"
	done <ids
}
both() {
	each "$@" | LC_ALL=C sort >one
	crm-score -a "$@" | LC_ALL=C sort >all
	[ -s all ] && cmp one all
}
ok 'the same scores' 'both'
is 'of all leads and contacts' "$(wc -l <all)" 40
ok 'as of a day' 'both --as-of 2026-11-02'
ok 'by other rules' 'both --rules b2c'
ok 'partial ones' 'both --partial'
crm-edit -q c1 title=CEO
echo '{"keep":"c2","merge":["c3","c5"]}' | crm-merge -q
ok 'after a merge' 'both'
is 'two records fewer' "$(wc -l <all)" 38
ok 'of one type' 'crm-score -a -t contact >t && grep "\"type\":\"contact\"" all | LC_ALL=C sort | cmp - <(LC_ALL=C sort t)'
ok 'of those that match' "crm-score -a --where title:CEO >t && grep '\"title\":\"CEO\"' all | cmp - <(LC_ALL=C sort t)"
crm-add -q purchase id=p1 contact=c2 at=2026-11-15 amount=5 currency=EUR
same 'a purchase after the day is a hit' \
	"crm-score -a -t contact --backtest --as-of 2026-11-02 --horizon 30d -F jsonl | jq -c '[.n,.hits]'" <<'E2'
[28,1]
E2
# what a record came to hold after the day is not known on the day
crm -s day init -q --now 2026-11-01T00:00:00Z
seq 1 60 | sed 's/.*/{"id":"k&","type":"contact","name":"N&","title":"Clerk"}/' | crm-add -q -s day --now 2026-11-01T00:00:00Z
crm-edit -q -s day --now 2026-11-10T00:00:00Z k9 k13 k17 title=CEO
seq 9 4 17 | sed 's/.*/{"id":"p&","type":"purchase","contact":"k&","at":"2026-11-16","amount":"5","currency":"EUR"}/' |
	crm-add -q -s day --now 2026-11-17T00:00:00Z
echo '{"groups":[{"name":"g","fit":true}],"rules":[{"name":"boss","group":"g","points":9,"when":"title:CEO"}]}' >boss.json
same 'a back-test looks at the records of the day' \
	"for d in 2026-11-02 2026-11-11; do crm-score -a -s day -t contact --rules ./boss.json --backtest --as-of \$d --horizon 30d -F jsonl; done |
	jq -c '[.n,.hits,.auc]'" <<'E2'
[60,3,0.5]
[60,3,1]
E2
done_testing
