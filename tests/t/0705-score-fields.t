#!/bin/bash
# What a trained model makes of fields: dotted names, codes, texts among
# numbers, serial numbers, outcomes of the user's own.
. "${0%/*}/../lib.sh"
need jq

# True log-odds: 1.2 for a high rate, 1.5 for code 7 of three codes, -2 where
# the size is not known ("?"), 1 for the plan "b"; serial rises by one a record.
awk 'function rnd() { s = (s * 1103515245 + 12345) % 2147483648; return int(s / 65536) / 32768 }
BEGIN {
	s = 777
	split("3 7 9", code, " ")
	for (i = 0; i < 2400; i++) {
		rate = rnd(); k = code[1 + int(rnd() * 3)]; size = rnd() < 0.08 ? "\"?\"" : int(rnd() * 900)
		plan = rnd() < 0.5 ? "a" : "b"
		f = 2.4 * (rate - 0.5) + 1.5 * (k == 7) - 2 * (size == "\"?\"") + (plan == "b") - 1
		won = rnd() < 1 / (1 + exp(-f))
		printf "{\"id\":\"d%04d\",\"type\":\"deal\",\"stage\":\"%s\",\"emp.rate\":\"%.4f\",\"code\":%d,\"size\":%s,\"terms\":{\"net.plan\":\" %s \"},\"status\":\"%s\",\"serial\":%d,\"blank\":\" \",\"same\":1}\n", \
			i, won ? "won" : "lost", rate, k, size, plan, i % 3 ? "checking" : "savings", 90000 + i
	}
}' >deals.jsonl
train='crm-score --model conversion --train'
ok 'trains' "$train deals.jsonl >m.json"
err_has 'a serial number is no feature' "'serial' left out: it numbers the records"
same 'a field called status says nothing about a deal, the stage does' \
	"jq -c '[(.refused|map(.field)),(.features|map(.field)|contains([\"status\",\"emp.rate\",\"terms.net.plan\"])),(.features|map(.field)|contains([\"blank\"]))]' m.json" <<'E'
[["serial","stage"],true,false]
E
same 'numbers with a text among them are numbers, and the text counts' \
	"jq -c '.features[]|select(.field==\"size\")|[.kind,.levels]' m.json" <<'E'
["number",["?"]]
E
score="crm-score --model conversion --params m.json"
one() {
	printf '{"id":"x","type":"deal","stage":"new",%s}\n' "$1"
}
rest='"code":3,"size":400,"terms":{"net.plan":"a"},"status":"checking"'
{
	one "\"emp.rate\":\"0.5\",$rest"
	one "\"emp.rate\":\"1\",$rest"
	one "\"emp.rate\":\"0.5\",${rest/3/7}"
	one "\"emp.rate\":\"0.5\",${rest/400/\"?\"}"
	one "\"emp.rate\":\"0.5\",${rest/\"a\"/\"b\"}"
} >five.jsonl
same 'what was learned is found again in a record: dots in names, codes, "?"' \
	"$score five.jsonl | jq -s -c '(map([._why[].log_odds]|add)) as \$w | [\$w[1:][]-\$w[0] | .*2 | round]'" <<'E'
[2,3,-4,2]
E
same 'reasons add up to the log-odds' \
	"$score deals.jsonl | jq -c '([._why[].log_odds]|add) as \$s | (._probability/(1-._probability)|log) - \$s | fabs < 0.00002' | sort | uniq -c | tr -s ' '" <<'E'
 2400 true
E
same 'a rare outcome keeps its digits' \
	"sed 's/\"platt_b\":[^,]*/\"platt_b\":-14/' m.json >rare.json
	head -n 50 deals.jsonl | crm-score --model conversion --params rare.json |
	jq -c '([._why[].log_odds]|add) as \$s | ((._probability/(1-._probability)|log) - \$s | fabs < 0.00002) and ._probability > 0' | sort -u" <<'E'
true
E
# the same outcomes under another name
sed 's/"type":"deal","stage":"won"/"type":"contact","churn":"Yes"/; s/"type":"deal","stage":"lost"/"type":"contact","churn":"no"/' deals.jsonl >told.jsonl
ok 'an outcome field of the user' "$train --outcome churn told.jsonl 2>/dev/null >told.json"
is 'is the same outcome' "$(jq -c '[.outcome,.n,.yes]' told.json)" "[\"churn\",2400,$(jq .yes m.json)]"
is 'with its value' "$($train --outcome churn=YES told.jsonl 2>/dev/null | jq -c '[.outcome,.yes]')" "[\"churn=YES\",$(jq .yes m.json)]"
fails_with 2 'a trained model needs no outcome' "crm-score --model conversion --params m.json --outcome churn told.jsonl"
fails_with 4 'a field that tells nothing' "$train --outcome code told.jsonl"
err_has 'says that there are no outcomes' '0 yes and 0 no'
fails_with 2 'the outcome is no feature even where asked for' "$train -f stage,code deals.jsonl"
err_has 'by name' "'stage' is known only after the outcome: it says the outcome;"
for l in C.UTF-8 C el_GR.UTF-8 tr_TR.UTF-8; do
	ok "same bytes under LC_ALL=$l, in another order" \
		"shuf --random-source=deals.jsonl deals.jsonl | LC_ALL=$l $train 2>/dev/null | cmp - m.json"
done
$score deals.jsonl | LC_ALL=C sort >scored
ok 'same scores for another order of the records' \
	"shuf --random-source=deals.jsonl deals.jsonl | $score | LC_ALL=C sort | cmp - scored"
ok 'and for other numbers of threads' "$score -j 1 deals.jsonl | LC_ALL=C sort | cmp - scored && $score -j 4 deals.jsonl | LC_ALL=C sort | cmp - scored"
done_testing
