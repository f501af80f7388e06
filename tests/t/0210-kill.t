#!/bin/bash
# kill -9 at random moments, four writers, two readers: nothing that was
# acknowledged is lost, the store stays sound. CRM_LONG=1: 10,000 kills.
. "${0%/*}/../lib.sh"

rounds=125
[ -n "${CRM_LONG:-}" ] && rounds=2500
crm init -q
lines() {
	local i
	for ((i = 0; i < 60; i++)); do
		printf '{"id":"%s-%d","type":"contact","name":"N %d","emails":["m%d@example.com"],"owner":"o%d"}\n' \
			"$1" $i $i $((i % 7)) $((i % 3))
	done
}
reader() {
	while [ ! -e stop ]; do
		crm-find contact email:m3@example.com --count >/dev/null 2>>readers
		[ $? = 0 ] || echo "reader failed" >>readers
	done
}
reader & reader &
for ((r = 0; r < rounds; r++)); do
	pids=()
	for w in 1 2 3 4; do
		lines "r$r-$w" >"in.$w"
		crm-add --batch 1 "in.$w" >"ack.$r.$w" 2>>errors &
		pids+=($!)
	done
	sleep "0.0$((RANDOM % 5))$((RANDOM % 10))"
	kill -9 "${pids[@]}" 2>/dev/null
	wait "${pids[@]}" 2>/dev/null
done
touch stop
wait
is 'readers never failed' "$(sort -u readers | head -n 3)" ''
is 'writers never failed' "$(sort -u errors | head -n 3)" ''
# Only whole lines are acknowledgements.
for f in ack.*; do
	perl -ne 'print "$1\n" if /^\{"id":"([^"]+)".*\}\n$/' "$f"
done | sort >acked
crm-find contact -F ids | sort >stored
is 'no acknowledged record is lost' "$(comm -23 acked stored | head -n 5)" ''
[ "$(wc -l <acked)" -gt "$rounds" ]
verdict $? "there were acknowledgements" "$(wc -l <acked)"
ok 'the store is sound' 'crm verify'
echo "# $((rounds * 4)) kills, $(wc -l <acked) acknowledged, $(wc -l <stored) stored"
# A killed command may be repeated: the same end state.
lines again >again
crm-add --batch 5 again >first 2>/dev/null & pid=$!
sleep 0.02; kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
ok 'repeating a killed upsert completes it' \
	'crm-add -q --upsert id again && [ "$(crm-find contact -F ids | grep -c ^again-)" = 60 ]'
done_testing
