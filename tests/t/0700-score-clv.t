#!/bin/bash
# Lifetime value of a few customers under given parameters, and what is refused.
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
same 'the reasons of a figure, which make it' \
	"crm-score --model clv -v --params paper.json --as-of 1997-09-30 some.jsonl |
	jq -c '[.id,._why.x,._why.t_x,._why.T,._why.average,((._why.discounted_if_alive * ._alive * ._expected_value - ._clv)|fabs < 0.006)]'" <<'E'
["ann",2,30.4286,38.8571,22.345,true]
["bob",0,0,38.8571,0,true]
E
fails_with 4 'five customers are too few to train on' \
	'crm-score --model clv --train some.jsonl'
err_has 'how many are needed' 'at least 30 with 10'
purchase cy 1997-01-02 1 | sed 's/EUR/USD/' >usd.jsonl
fails_with 3 'currencies are not mixed' \
	'crm-score --model clv --params paper.json some.jsonl usd.jsonl'
err_has 'the record and its field are named' "usd.jsonl:1: 'currency'"
{
	purchase dee 1997-01-01 10.00
	purchase dee 1997-02-01 30.00
	purchase dee 1997-02-20 -12.00
	purchase dee 1997-11-20 -5.00
} >back.jsonl
{
	purchase dee 1997-01-01 10.00
	purchase dee 1997-02-01 18.00
} >net.jsonl
ok 'what is given back is no purchase and lowers the one before' \
	'crm-score --model clv --params paper.json --as-of 1997-09-30 back.jsonl >a && crm-score --model clv --params paper.json --as-of 1997-09-30 net.jsonl | cmp - a'
ok 'in parts, too' \
	'{ head -n 2 back.jsonl | crm-score --model clv --partial; tail -n 2 back.jsonl | crm-score --model clv --partial; } |
	crm-score --model clv --combine --params paper.json --as-of 1997-09-30 | cmp - a'
printf '{"model":"churn","features":[]}\n' >churn.json
fails_with 2 'a model of another kind' 'crm-score --model clv --params churn.json some.jsonl'
err_has 'is named' 'churn.json: a model for "churn"'
echo '{"r":1,"alpha":0}' >zero.json
fails_with 2 'parameters are checked' 'crm-score --model clv --params zero.json some.jsonl'
err_has 'by name' "zero.json.*'a'|zero.json.*no number"

done_testing
