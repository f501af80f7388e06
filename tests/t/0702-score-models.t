#!/bin/bash
# Trained models: conversion of deals and leads, churn of contracts.
. "${0%/*}/../lib.sh"
need jq

# Deals whose true log-odds are known: software +1, retail -1, referral +1,
# 1.5 a standard deviation of size; `price` stands only on the lost.
awk 'BEGIN {
	s = 12345
	for (i = 0; i < 3000; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; size = s / 2147483648 * 1000
		s = (s * 1103515245 + 12345) % 2147483648; k = int(s / 65536) % 3
		s = (s * 1103515245 + 12345) % 2147483648; ref = int(s / 65536) % 4 == 0
		s = (s * 1103515245 + 12345) % 2147483648; u = s / 2147483648
		f = (k == 0) - (k == 1) + ref + (size - 500) / 192 - 0.3
		won = u < 1 / (1 + exp(-f))
		split("software retail bank", name, " ")
		printf "{\"id\":\"d%04d\",\"type\":\"deal\",\"name\":\"D%d\",\"stage\":\"%s\",\"industry\":\"%s\",\"size\":%d,\"tags\":[\"%s\"]%s,\"closed\":\"2026-%02d-15T00:00:00Z\"}\n", \
			i, i, won ? "won" : "lost", name[k + 1], size, ref ? "referral" : "ad", won ? "" : ",\"price\":\"high\"", 1 + i % 10
	}
}' >deals.jsonl
train='crm-score --model conversion --train'
ok 'trains' "$train deals.jsonl >m.json"
err_has 'names the field that is known only afterwards' "'price' left out: only the lost have it"
same 'what the model says about itself' \
	"jq -c '[.model,.n,.yes>0,.from,.to,.auc>0.8,.brier<0.2,(.calibration|length),[.refused[].field]]' m.json" <<'E'
["conversion",3000,true,null,"2026-10-15T00:00:00Z",true,true,10,["closed","price","stage"]]
E
same 'calibrated: predicted lies within what was observed' \
	"jq -c '[.calibration[]|select(.predicted < .observed_ci[0] - 0.02 or .predicted > .observed_ci[1] + 0.02)]|length < 2' m.json" <<'E'
true
E
ok 'the order of the records changes no byte' "tac deals.jsonl | $train 2>/dev/null | cmp - m.json"
fails_with 2 'asked for by name, the field is refused' "$train -f size,price deals.jsonl"
err_has 'by name' "'price' is known only after the outcome"
ok '--allow-leakage takes it' "$train --allow-leakage -f size,price deals.jsonl >leaky.json"
same 'and it tells everything' "jq -c '.auc > 0.999' leaky.json" <<'E'
true
E
same 'reasons add up to the probability' \
	"crm-score --model conversion --params m.json deals.jsonl | head -n 200 |
	jq -c '((1/(1+((-([._why[].log_odds]|add))|exp))) - ._probability | fabs < 0.00001)' | sort -u" <<'E'
true
E
same 'the greatest reasons come first' \
	"printf '%s\n' '{\"id\":\"x\",\"type\":\"deal\",\"stage\":\"new\",\"industry\":\"software\",\"size\":990,\"tags\":[\"ad\"]}' |
	crm-score --model conversion --params m.json | jq -c '[(._probability > 0.9), ._why[0].field, ._why[1].field]'" <<'E'
[true,"size","industry"]
E
same 'back-test on what came after a day' \
	"crm-score --model conversion --backtest --as-of 2026-06-30 --horizon 90d deals.jsonl 2>/dev/null | jq -c '[.n,.trained_on,.auc>0.8]'" <<'E'
[900,1800,true]
E
ok 'for people: bars' 'crm-score --model conversion --backtest -F table deals.jsonl 2>/dev/null'
out_has 'AUC with its interval' '^AUC 0\.8[0-9]+ \('
head -n 30 deals.jsonl >few.jsonl
fails_with 4 'too few outcomes' "$train few.jsonl"
err_has 'says how many are needed' 'at least 20 of each'
echo '{"model":"churn"}' >other.json
fails_with 2 'a model of another kind' 'crm-score --model conversion --params other.json deals.jsonl'
sed 's/"type":"deal"/"type":"lead"/; s/"stage":"won"/"status":"converted"/; s/"stage":"lost"/"status":"unqualified"/' deals.jsonl >leads.jsonl
same 'leads: converted or unqualified' "$train leads.jsonl 2>/dev/null | jq -c '[.n,.auc>0.8]'" <<'E'
[3000,true]
E
awk 'BEGIN {
	s = 99
	for (i = 0; i < 900; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; k = int(s / 65536) % 2
		y = 0
		for (;;) {
			s = (s * 1103515245 + 12345) % 2147483648
			if (2020 + y >= 2026 || s / 2147483648 < (k ? 0.4 : 0.1)) break
			y++
		}
		gone = 2020 + y < 2026
		printf "{\"id\":\"k%d\",\"type\":\"contract\",\"start\":\"2020-01-10\",\"plan\":\"%s\",\"status\":\"%s\"%s}\n", \
			i, k ? "small" : "large", gone ? "cancelled" : "active", gone ? ",\"end\":\"" (2021 + y) "-01-09\",\"end_reason\":\"price\"" : ""
	}
}' >contracts.jsonl
ok 'churn trains' 'crm-score --model churn --train contracts.jsonl >churn.json'
printf '%s\n' '{"id":"s","type":"contract","start":"2024-01-10","plan":"small","status":"active"}' \
	'{"id":"l","type":"contract","start":"2024-01-10","plan":"large","status":"active"}' >two.jsonl
same 'the chance of a year is near what was put in' \
	"crm-score --model churn --params churn.json two.jsonl | jq -c '(._probability * 20 | round)'" <<'E'
8
2
E
same 'three years: one minus the chance to stay through all' \
	"crm-score --model churn --params churn.json --horizon 1095d two.jsonl | jq -c '[._probability > 0.65, ._probability < 0.35]'" <<'E'
[true,false]
[false,true]
E
same 'reasons add up whatever the horizon' \
	"for h in 90d 365d 1095d; do crm-score --model churn --params churn.json --horizon \$h two.jsonl; done |
	jq -c '([._why[].log_odds]|add) as \$s | [(._why|map(.field)|contains([\"(horizon)\"])), ((._probability/(1-._probability)|log) - \$s | fabs < 0.0002)]'" <<'E'
[true,true]
[true,true]
[false,true]
[false,true]
[true,true]
[true,true]
E
same 'the back-test says how sure each lift is' \
	"crm-score --model conversion --backtest deals.jsonl 2>/dev/null |
	jq -c '[.gain[]|.lift_ci[0] <= .lift and .lift <= .lift_ci[1]]|all'" <<'E'
true
E
awk 'BEGIN {
	s = 5
	for (i = 0; i < 1500; i++) {
		s = (s * 1103515245 + 12345) % 2147483648; boss = int(s / 65536) % 3 == 0
		s = (s * 1103515245 + 12345) % 2147483648; won = s / 2147483648 < (boss ? 0.6 : 0.1)
		printf "{\"id\":\"l%d\",\"type\":\"lead\",\"title\":\"%s\",\"created\":\"2026-01-01T00:00:00Z\",\"status\":\"%s\",\"statuses\":[{\"status\":\"%s\",\"at\":\"2026-03-01T00:00:00Z\"}]}\n", i, boss ? "CEO" : "Clerk", won ? "converted" : "unqualified", won ? "converted" : "unqualified"
	}
}' >scored.jsonl
same 'points are judged as probabilities, too: Brier score and calibration' \
	"crm-score --backtest --as-of 2026-02-01 --horizon 60d scored.jsonl |
	jq -c '[.model,.n,.auc>0.7,.brier<0.18,.brier_ci[0]<.brier,(.calibration|length>1),([.calibration[]|select(.predicted<.observed_ci[0] or .predicted>.observed_ci[1])]|length)]'" <<'E'
["rules",1500,true,true,true,true,0]
E
ok 'for people, too' 'crm-score --backtest --as-of 2026-02-01 --horizon 60d -F table scored.jsonl'
out_has 'with its calibration' '^predicted'
done_testing
