#!/bin/bash
# Reports for people: on a terminal, as pages, as payloads.
. "${0%/*}/../lib.sh"
need jq script python3

i=0
for m in 1 2 3 4 5; do
	for o in 'Μαρία & Co' 'محمد' 'A very long owner name that goes on and on'; do
		i=$((i + 1))
		printf '{"id":"d%d","type":"deal","name":"<b>","owner":"%s","stage":"won","amount":"%d00.00","currency":"EUR","opened":"2026-0%d-01","closed":"2026-0%d-11"}\n' \
			$i "$o" $((i * m)) $m $m
	done
done >deals.jsonl
# tty COLUMNS 'cmd': its output on a terminal
tty() {
	COLUMNS=$1 TERM=xterm script -qec "$2" /dev/null </dev/null | tr -d '\r'
}
same 'a terminal gets title, table, bars, one line a measure, and what they rest on' \
	"NO_COLOR=1 tty 90 'crm-report won deals.jsonl'" <<'E2'
Won, month by month

closed   currency  count  sum_amount  max_amount  sum_amount
2026-01  EUR           3      600.00      300.00  ▋
2026-02  EUR           3     3000.00     1200.00  ███▍
2026-03  EUR           3     7200.00     2700.00  ████████▎
2026-04  EUR           3    13200.00     4800.00  ███████████████▏
2026-05  EUR           3    21000.00     7500.00  ████████████████████████

count       █████
sum_amount  ▁▂▃▅█
max_amount  ▁▂▄▅█

filter is:won; zone UTC; n 15
E2
LC_ALL=C tty 90 'crm-report won deals.jsonl' >ascii
LC_ALL=C grep -q '[^[:print:][:space:][:cntrl:]]' ascii && r=1 || r=0
verdict $r 'ASCII where the terminal knows no more' "$(cat ascii)"
grep -q '####' ascii
verdict $? 'with bars of #'
ok 'what is too wide is turned over' \
	"tty 70 'crm-report service tickets.jsonl' | grep -q '^reply_sla '" \
	<<<"$(echo '{"id":"t","type":"ticket","priority":"low","opened":"2026-11-16T09:00:00Z","first_reply":"2026-11-16T10:00:00Z"}' >tickets.jsonl)"
same 'a pipe gets the records alone' 'crm-report won -F table deals.jsonl | head -n 2' <<'E2'
closed   currency  count  sum_amount  max_amount
2026-01  EUR           3      600.00      300.00
E2
for v in COLUMNS=30 LC_ALL=C TERM=dumb; do
	is "piped bytes do not depend on $v" "$(env $v crm-report won deals.jsonl)" "$(crm-report won deals.jsonl)"
done

ok 'a page is well-formed' \
	"crm-report win-rate -F html deals.jsonl | sed 's/<!doctype html>//; s/<meta [^>]*>//' | python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin)'"
ok 'right to left: the page, and its bars' \
	"crm-report win-rate --lang ar -F html deals.jsonl >rtl.html && grep -q 'lang=\"ar\" dir=\"rtl\"' rtl.html && ! cmp -s <(grep '<rect' rtl.html) <(crm-report win-rate -F html deals.jsonl | grep '<rect')"
out=$(crm-report win-rate -F html deals.jsonl)
out_has 'long labels are cut' '>A very long owner name …<'
out_has 'and whole in the table' 'goes on and on</bdi>'
out_has 'each bar says what it is' '<g><title>محمد: 100.0 %</title>'
out=$(crm-report won -F html --period 2019 deals.jsonl)
out_has 'nothing is said, not drawn' '<p>nothing</p>'
cat >bought.jsonl <<'E2'
{"id":"1","type":"purchase","contact":"a","at":"2026-01-05"}
{"id":"2","type":"purchase","contact":"b","at":"2026-01-06"}
{"id":"3","type":"purchase","contact":"a","at":"2026-02-06"}
E2
same 'cohorts are a matrix for people' "NO_COLOR=1 tty 80 'crm-report retention bought.jsonl'" <<'E2'
Customers who buy again, by month of their first purchase

cohort   size       +0      +1
2026-01     2  100.0 %  50.0 %

zone UTC; n 3
E2
ok 'in a page, too' "crm-report retention -F html bought.jsonl | grep -q 'background:rgb(59 125 216/0.30)\">50 %'"
for k in $(seq 400); do
	printf '{"id":"%d","type":"deal","owner":"<&>Ωμέγα %d","stage":"won","closed":"2026-01-01"}\n' "$k" "$k"
done >many.jsonl
same 'a payload for Slack keeps its limits, whole characters and its end' \
	"crm-report win-rate -F slack many.jsonl | jq -c '[(.blocks|length),(.blocks[1].text.text|length<=3000),(.blocks[1].text.text|endswith(\"...\\n\`\`\`\"))]'" <<'E2'
[3,true,true]
E2
ok 'a card for Teams is below 28 KB' \
	"crm-report win-rate -F teams many.jsonl >card && jq -e .attachments card && [ \$(wc -c <card) -lt 28000 ]"
ok 'a mail ends its parts' "crm-report dashboard -F mime deals.jsonl | tail -n 1 | grep -q -- '--=_crmutils-report-alternative--'"
crm init -q
printf '%s\n' '{"id":"ann","type":"contact","name":"Ann"}' '{"id":"a1","type":"activity","kind":"email","contact":"ann","subject":"Hi","at":"2026-11-01T10:00:00Z"}' | crm-add -q
ok 'the time line has signs in a page' "crm-view --timeline -F html ann | grep -q '<bdi>✉ email</bdi>'"
ok 'and on a terminal' "tty 100 'crm-view --timeline ann' | grep -q '✉ email'"
ok 'none in a pipe' "crm-view --timeline ann | grep email | grep -vq '✉'"
done_testing
