#!/bin/bash
# Rates from the ECB's files and others; as-of days, crosses, fixed rates.
. "${0%/*}/../lib.sh"
need jq

printf 'Date,USD,JPY,BGN,CYP,ZAR,\n2026-11-20,1.1500,170.50,1.9558,N/A,20.10,\n2026-11-19,1.1400,170.00,1.9558,N/A,20.00,\n' >hist.csv
printf 'Date, USD, JPY, \n20 November 2026, 1.1500, 170.50, \n' >daily.csv
cat >daily.xml <<'E2'
<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
	<Cube>
		<Cube time='2026-11-20'>
			<Cube currency='USD' rate='1.1500'/>
			<Cube currency='JPY' rate='170.50'/>
		</Cube>
	</Cube>
</gesmes:Envelope>
E2
printf 'date\tbase\tquote\trate\n2026-11-01\tUSD\tAED\t3.6725\n2026-11-20\tEUR\tUSD\t1.15\n' >own.tsv
echo '{"date":"2026-11-20","base":"EUR","quote":"USD","rate":"1.15"}' >lines.jsonl
cat >deals.jsonl <<'E2'
{"id":"d1","type":"deal","stage":"won","amount":"115.00","currency":"USD","closed":"2026-11-19"}
{"id":"d2","type":"deal","stage":"won","amount":"100.00","currency":"EUR","closed":"2026-11-19"}
{"id":"d3","type":"deal","stage":"won","amount":"340.75","currency":"GRD","closed":"2026-11-19"}
E2
for f in hist.csv daily.csv daily.xml own.tsv lines.jsonl; do
	same "in EUR by $f" "crm-report won --in EUR --rates $f -F jsonl deals.jsonl" <<'E2'
{"closed":"2026-11","currency":"EUR","count":3,"sum_amount":"201.00","max_amount":"100.00"}
E2
	err_has 'the day of the rate' 'oldest rate used: 2026-11-20'
done
same 'a cross through the euro, rounded once' "crm-report won --in JPY --rates daily.xml -F jsonl deals.jsonl" <<'E2'
{"closed":"2026-11","currency":"JPY","count":3,"sum_amount":"34270","max_amount":"17050"}
E2
same 'a cross through the dollar' "head -2 deals.jsonl | crm-report won --in AED --rates own.tsv -F jsonl -" <<'E2'
{"closed":"2026-11","currency":"AED","count":2,"sum_amount":"844.68","max_amount":"422.34"}
E2
same 'as of the day of each' "crm-report won --in EUR --rates hist.csv --rates-at closed -F jsonl deals.jsonl | jq -c .sum_amount" <<'E2'
"201.88"
E2
err_has 'and that day is said' 'oldest rate used: 2026-11-19'
ok 'in a page, too' "crm-report won --in EUR --rates hist.csv -F html deals.jsonl | grep -q 'oldest rate used: 2026-11-20'"
printf 'Date,USD\n2026-11-20,x\n' >bad.csv
fails_with 2 'a bad file' 'crm-report won --in EUR --rates bad.csv deals.jsonl'
err_has 'is named with its line' 'bad.csv:2:.*not a positive rate'
fails_with 4 'a missing file' 'crm-report won --in EUR --rates nowhere deals.jsonl'
fails_with 2 'rates for nothing' 'crm-report won --rates hist.csv deals.jsonl'
fails_with 3 'no rate, no sum' "crm-report won --in EUR --rates lines.jsonl - <<<'{\"id\":\"d\",\"type\":\"deal\",\"stage\":\"won\",\"amount\":\"1.00\",\"currency\":\"SEK\",\"closed\":\"2026-11-19\"}'"
err_has 'says which' "no rate from 'SEK' to 'EUR'"
ok 'a store with rates' "crm init -q && crm-add -q - deals.jsonl <<'E2'
{\"type\":\"rate\",\"date\":\"2026-11-01\",\"base\":\"EUR\",\"quote\":\"USD\",\"rate\":1.15}
E2"
same 'the store'"'"'s rates count beside -t' 'crm-report -q -t deal --sum amount --count --in USD -F jsonl --where not\ currency:GRD' <<'E2'
{"currency":"USD","sum_amount":"230.00","count":2}
E2
same '--by currency is the one key of that name' 'crm-report -t deal --by currency --sum amount -F csv' <<'E2'
currency,sum_amount
EUR,100.00
GRD,340.75
USD,115.00
E2
same 'beside --in, too' 'crm-report -q -t deal --by currency --sum amount --in JPY -F csv --rates daily.xml' <<'E2'
currency,sum_amount
EUR,17050
GRD,170
USD,17050
E2
same 'nothing is in the currency, too, and so has its row before' \
	'crm-report -q -t deal --count --sum amount --in USD --versus 2020-01-01 -F jsonl' <<'E2'
{"currency":"USD","count":3,"sum_amount":"231.15","_before":{"count":0},"_change":{"count":3}}
E2
done_testing
