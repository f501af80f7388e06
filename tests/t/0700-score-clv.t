#!/bin/bash
# Lifetime value: the published figures on the published data, in any order of
# the purchases, split over several runs, and against what came later.
. "${0%/*}/../lib.sh"
need jq

# purchases CUSTOMER DATE AMOUNT...
purchase() {
	printf '{"type":"purchase","id":"p%s-%s","contact":"%s","at":"%sT10:00:00Z","amount":"%s","currency":"EUR"}\n' \
		"$1" "$2" "$1" "$2" "$3"
}
printf '{"r":0.243,"alpha":4.414,"a":0.793,"b":2.426,"p":6.25,"q":3.74,"v":15.44,"discount":0}\n' >paper.json
{
	purchase ann 1997-08-02 14.96
	purchase ann 1997-01-01 29.33
	purchase ann 1997-01-18 20.00
	purchase ann 1997-01-18 9.73
	purchase ann 1997-12-12 26.48
	purchase bob 1997-01-01 10.00
} >some.jsonl
same 'the customer of the paper: 1.226 purchases in 39 weeks' \
	"crm-score --model clv --params paper.json --as-of 1997-09-30 --horizon 39w some.jsonl |
	jq -c '[.id,.type,(._alive*1e4|round),(._expected_purchases*1000|round),._expected_value]'" <<'E'
["ann","contact",7266,1226,24.6596]
["bob","contact",10000,195,35.219]
E
same 'the value of the purchases is their number times their value' \
	"crm-score --model clv --params paper.json --as-of 1997-09-30 some.jsonl |
	jq -c '((._expected_purchases * ._expected_value - ._clv) | fabs < 0.01)' | sort -u" <<'E'
true
E
fails_with 4 'five customers are too few to train on' \
	'crm-score --model clv --train some.jsonl'
err_has 'how many are needed' 'at least 30 with 10'
purchase cy 1997-01-02 1 | sed 's/EUR/USD/' >usd.jsonl
fails_with 3 'currencies are not mixed' \
	'crm-score --model clv --params paper.json some.jsonl usd.jsonl'
err_has 'the record and its field are named' "usd.jsonl:1: 'currency'"
echo '{"r":1,"alpha":0}' >zero.json
fails_with 2 'parameters are checked' 'crm-score --model clv --params zero.json some.jsonl'
err_has 'by name' "zero.json.*'a'|zero.json.*no number"

data cdnow/CDNOW_sample.txt
tr -d '\r' <"$data" | awk 'NF { d = substr($3, 1, 4) "-" substr($3, 5, 2) "-" substr($3, 7, 2)
	printf "{\"type\":\"purchase\",\"id\":\"p%d\",\"contact\":\"c%s\",\"at\":\"%sT00:00:00Z\",\"amount\":\"%s\",\"currency\":\"USD\"}\n", NR, $2, d, $5 }' >cdnow.jsonl
same 'CDNOW: the figures of the papers' \
	"crm-score --model clv --train --as-of 1997-09-30 cdnow.jsonl | tee fit.json |
	jq -c '[.n,(.r*1000|round),(.alpha*1000|round),(.a*1000|round),(.b*1000|round),(.log_likelihood*10|round),(.p*100|round),(.q*100|round),(.v*100|round)]'" <<'E'
[2357,243,4414,793,2426,-95824,625,374,1544]
E
ok 'the order of the purchases changes no byte' \
	'tac cdnow.jsonl | crm-score --model clv --train --as-of 1997-09-30 | cmp - fit.json'
ok 'two parts combined are the whole' \
	'{ tail -n +2001 cdnow.jsonl | crm-score --model clv --partial; head -n 2000 cdnow.jsonl | crm-score --model clv --partial; } |
	crm-score --model clv --combine --train --as-of 1997-09-30 | cmp - fit.json'
same 'what came in the next 39 weeks' \
	"crm-score --model clv --backtest --as-of 1997-09-30 --horizon 39w cdnow.jsonl |
	jq -c '[.n,.hits,.actual_purchases,(.expected_purchases|round),(.auc*1000|round),(.brier*1000|round)]'" <<'E'
[2357,684,1882,1653,757,161]
E
done_testing
