#!/bin/bash
# Every program with its standard descriptors closed, full or broken.
. "${0%/*}/../lib.sh"
. "$src/tests/programs.sh"

[ -e /dev/full ] || skip_all 'no /dev/full'
make_store
contacts >input
for p in "${programs[@]}"; do
	a=$(main_args "$p")
	for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- >&- 2>&-'; do
		run "$p $a $closed"
		sane_status
		verdict $? "$p $closed" "exit status $rc"
	done
	fails_with 4 "$p -h >/dev/full" "$p -h >/dev/full"
	err_has "$p -h >/dev/full says so" 'write error'
	run "timeout 20 $p $a <input"
	lines=${#out}
	code=$rc
	sane_status
	verdict $? "$p $a runs" "exit status $rc" "$err"
	if [ "$lines" -gt 0 ] && [ "$code" = 0 ]; then
		case $p in
		crm-add) rerun="--upsert id" ;;
		*) rerun= ;;
		esac
		make_store
		fails_with 4 "$p >/dev/full" "$p $a $rerun <input >/dev/full"
		err_has "$p >/dev/full says so" 'write error'
	fi
	run "(trap '' PIPE; $p $a <input) | true; exit \${PIPESTATUS[0]}"
	sane_status || [ "$rc" = 141 ]
	verdict $? "$p | true" "exit status $rc"
done

make_store
contacts | crm-add -q --upsert id
for c in 'crm-find any' 'crm status' 'crm backup -' 'crm-find any -F csv' 'crm-history log' \
	'crm-report -t contact --count' 'crm-find -h'; do
	fails_with 4 "$c >&-: what is lost is said" "$c >&-"
	err_has 'so' 'write error: Bad file descriptor'
done
ok 'a sink stores without a reader of its echo' 'crm-add contact id=echo1 name=x >&-'
ok 'it is there' 'crm-find -q contact id:echo1'
for c in 'crm-add' 'crm-find -' 'crm-check' 'crm-import -t contact'; do
	fails_with 4 "$c <&-: no input is not empty input" "$c <&-"
done

if [ -x "$BUILD/bin/crm-add" ] && [ -x "$BUILD/bin/crm-find" ]; then
	seq 2000 | sed 's/.*/{"type":"account","name":"A&"}/' >many
	run "crm-add many | head -n 1 >/dev/null; exit \${PIPESTATUS[0]}"
	is 'crm-add | head -n 1: the sink goes on' "$rc" 0
	run 'crm-find --count account'
	is 'and everything is stored' "$out" "2000
"
fi
if [ -x "$BUILD/bin/crm" ]; then
	ok 'the store is sound after all that' 'crm verify'
fi
done_testing
