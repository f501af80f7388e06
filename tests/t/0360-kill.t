#!/bin/bash
# kill -9 at random moments: what a sink has printed is stored, the store stays
# sound, and running it again completes the work.
. "${0%/*}/../lib.sh"
[ -x "$BUILD/bin/crm" ] || skip_all 'no crm'

rounds=${ROUNDS:-12}
crm init -q
lost=0 unsound=0 killed=0
for round in $(seq "$rounds"); do
	for i in $(seq 400); do
		echo '{"id":"r'"$round.$i"'","type":"contact","name":"Name '"$i"'","emails":["r'"$round.$i"'@example.com"]}'
	done >lines
	crm-add --batch 1 lines >echoed 2>/dev/null &
	sleep "0.0$((RANDOM % 3))$((RANDOM % 10))"
	kill -9 $! 2>/dev/null && killed=$((killed + 1))
	wait $! 2>/dev/null
	# Only whole lines are acknowledgements.
	grep '}$' echoed | jq -r .id | sort >acknowledged
	crm-find contact -F ids | sort >stored
	lost=$((lost + $(comm -23 acknowledged stored | wc -l)))
	crm verify -q >/dev/null 2>&1 || unsound=$((unsound + 1))
	crm-add -q --upsert id lines || unsound=$((unsound + 1))
done
is 'no acknowledged record is lost' "$lost" 0
is 'the store is sound after each kill' "$unsound" 0
is 'running again completes the work' "$(crm-find --count contact)" "$((rounds * 400))"
[ "$killed" -gt 0 ]
verdict $? 'some were killed at work'

# Two writers at once lose nothing.
for w in 1 2; do
	seq 300 | sed "s/.*/{\"id\":\"w$w.&\",\"type\":\"account\",\"name\":\"W\"}/" |
		crm-add -q --batch 10 &
done
wait
is 'two writers' "$(crm-find --count account)" 600

# A writer killed while it holds the lock does not stop the next.
(echo '{"id":"x1","type":"account","name":"X"}'; sleep 6) | crm-add >held &
for _ in $(seq 100); do [ -s held ] && break; sleep 0.05; done
ok 'a sink that waits for its input holds no lock' \
	'timeout 10 crm-add --wait 2 -q account id=x2 name=Y'
kill -9 $! 2>/dev/null
wait $! 2>/dev/null
is 'and what it echoed is there' "$(crm-find account name=X -F ids)" x1

# INT: what was stored is told, and the signal is the end.
(seq 50 | sed 's/.*/{"id":"i&","type":"product","name":"P&"}/'; sleep 4) |
	{ crm-add -v >echoed 2>said & pid=$!; for _ in $(seq 100); do [ "$(wc -l <echoed)" = 50 ] && break; sleep 0.05; done
	kill -TERM $pid; wait $pid; echo $? >status; }
is 'TERM ends a sink by the signal' "$(cat status)" 143
grep -q 'interrupted: 50 records were stored' said
verdict $? 'and it says what was stored' "$(cat said)"
is 'all of it' "$(crm-find --count product)" 50
done_testing
