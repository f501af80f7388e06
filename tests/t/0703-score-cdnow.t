#!/bin/bash
# Lifetime value: the published figures on the published data, in any order of
# the purchases, split over several runs, and against what came later.
. "${0%/*}/../lib.sh"
need jq

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
# 26 repeat purchases, the last after 30.86 of 31 weeks: P(alive) 0.96885 and
# 25.757 purchases expected in the next 52 weeks (the vignette of R's BTYD)
same 'a customer of the literature' \
	"crm-score --model clv --params fit.json --as-of 1997-09-30 --horizon 52w cdnow.jsonl |
	jq -c 'select(.id==\"c1516\")|[(._alive*1e5|round),(._expected_purchases*1e3|round)]'" <<'E'
[96885,25757]
E
same 'all customers together' \
	"crm-score --model clv --params fit.json --as-of 1997-09-30 --horizon 39w cdnow.jsonl |
	jq -s -c '[length,(map(._expected_purchases)|add|round),([.[]|select(._alive<0 or ._alive>1)]|length)]'" <<'E'
[2357,1653,0]
E
ok 'in any order the same bytes' \
	'crm-score --model clv --params fit.json --as-of 1997-09-30 cdnow.jsonl >a && sort -R cdnow.jsonl | LC_ALL=C crm-score --model clv --params fit.json --as-of 1997-09-30 -j 3 | cmp - a'
same 'as of a day is the clock of that day' \
	"grep -v '\"at\":\"1997-1\|\"at\":\"1998' cdnow.jsonl | crm-score --model clv --params fit.json --now 1997-09-30T23:59:59Z | cmp - a && echo same" <<'E'
same
E
done_testing
