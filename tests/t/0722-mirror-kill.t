#!/bin/bash
# kill -9 of writers, erasers, compaction and syncers: git equals the store, no
# revision is missing or twice, no lock stays. CRM_LONG=1: 300 kills a round.
. "${0%/*}/../lib.sh"
need git
[ -x "$BUILD/libexec/crm/crm-git" ] || skip_all "built without the git mirror"
export GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat
git=(git -C "$CRM_STORE/mirror.git")
helper=$BUILD/libexec/crm/crm-git
want=${CRM_LONG:+300}
want=${want:-20}
unset CRM_NOW

# One command after another, each by its own process that can be killed.
loop() {	# NAME COMMAND...
	local name=$1
	shift
	while [ -e go ]; do
		"$@" >/dev/null 2>&1 &
		echo $! >"pid.$name.new" && mv "pid.$name.new" "pid.$name"
		wait $!
		[ $? != 137 ] || echo >>kills
		[ -e go ] && ("$@") >/dev/null 2>&1	# some come through
	done
}
writer() {
	case $((RANDOM % 6)) in
	0) exec crm-add -q contact name="N$RANDOM" title="$BASHPID" ;;
	1) seq $((RANDOM % 300)) | sed 's/.*/{"type":"contact","name":"Many &"}/' | exec crm-add -q --batch 50 ;;
	2) exec crm-edit -q c0 title="T$RANDOM" ;;
	3) id=$(crm-find contact 'name:N*' -F ids -l 1) && exec crm-rm -q "$id" ;;
	5) echo "file $((RANDOM % 50))" >"file$BASHPID"
		exec crm-edit -q c0 attach@="file$BASHPID" ;;
	4) id=$(crm-find contact 'name:N*' -F ids -l 1) && exec crm-edit -q "$id" notes="x$RANDOM" ;;
	esac
}
# A person with a file and somebody who points there, and the person's end.
eraser() {
	echo "erase-me $BASHPID" >"secret$BASHPID"
	crm-add -q contact id="e$BASHPID" name="erase-me $BASHPID" attach@="secret$BASHPID"
	crm-add -q activity kind=note contact="e$BASHPID" body="erase-me $BASHPID said"
	rm -f "secret$BASHPID"
	exec crm-rm -q --erase "e$BASHPID"
}
# Git's own are not killed: half of git gc would go on alone, without its lock.
keeper() {
	case $((RANDOM % 3)) in
	0) exec crm compact -q ;;
	1) git -C "$CRM_STORE/mirror.git" gc -q ;;
	2) git -C "$CRM_STORE/mirror.git" pack-refs --all ;;
	esac
}
trailer() {
	"${git[@]}" log --reverse --format="%(trailers:key=$1,valueonly,separator=)" main
}

round() {	# KIND MORE...
	local kind=$1 loops='' n end f pid what
	shift
	what="$kind${*:+ with $*}"
	rm -rf "$CRM_STORE" new pid.*
	crm init -q --history="$kind"
	crm-add -q contact id=c0 name=Zero
	touch go && : >kills
	for n in w1 w2 s1 s2 "$@"; do
		case $n in
		w?) loop "$n" writer 2>/dev/null & ;;
		s?) loop "$n" "$helper" -q -s "$CRM_STORE" mirror 2>/dev/null & ;;
		*) loop "$n" "$n" 2>/dev/null & ;;
		esac
		loops="$loops $!"
	done
	end=$((SECONDS + (want > 100 ? 4 * want : 30)))
	while [ "$(wc -l <kills)" -lt "$want" ] && [ $SECONDS -lt $end ]; do
		sleep 0.0$((RANDOM % 10))
		f=(pid.*[0-9a-z])
		pid=$(cat "${f[RANDOM % ${#f[@]}]}" 2>/dev/null) && [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null
	done
	rm go
	# shellcheck disable=SC2086
	wait $loops
	n=$(wc -l <kills)
	[ "$n" -ge $((want / 4)) ]
	verdict $? "$what: programs were killed" "$n"
	echo "# $n kills, $(crm status -F jsonl | jq .rev) revisions"
	# What git gc left is git's: the next gc sees to it.
	rm -f "$CRM_STORE"/mirror.git/{gc.pid,packed-refs}.lock
	if [ "${1-}" = eraser ]; then
		ok "$what: an interrupted erasure is completed" 'crm-add -q contact id=last name=erase-me && crm-rm -q --erase last'
		crm-find any -F ids text:erase-me | crm-rm -q --erase --expect "$(crm-find any --count text:erase-me)" -
		is "$what: nothing of the erased is left" "$("${git[@]}" cat-file --batch-all-objects --batch --unordered | grep -ac erase-me)$(grep -rl erase-me "$CRM_STORE")" 0
	fi
	check "$what"
}
check() {	# WHAT
	ok "$1: the next syncer needs no help" 'crm-history mirror -q --wait 60'
	is "$1: no lock stays" "$(find "$CRM_STORE/mirror.git" -name '*.lock' -o -name 'crm_tmp*' -o -name crm-forget)" ''
	ok "$1: git finds no fault" "${git[*]} fsck --full --strict"
	ok "$1: nor does the store" 'crm verify -q'
	is "$1: the sequence is whole" "$(trailer Crm-Seq | tr '\n' ' ')" "$(seq -s ' ' "$("${git[@]}" rev-list --count main)") "
	is "$1: so are the revisions" "$(trailer Crm-Rev |
		awk -F- '{ if ($1 != last + 1 && NR > 1) print "gap before " $0; last = $NF } END { print last }')" \
		"$(crm status -F jsonl | jq .rev)"
	ok "$1: a store comes back" 'crm -s new restore -q --from-git "$CRM_STORE/mirror.git"'
	err_empty "$1: with every attached file"
	is "$1: that is the same" "$(crm-find -s new any | sha256sum)" "$(crm-find any | sha256sum)"
	# Every version that the journal knows is there: not only the newest. Of what
	# was erased before the syncer came it knows nothing.
	trailer Crm-Txn | grep . | sort -u >have
	crm-history log | jq -r 'select(.changes > 0).txn' | sort >want
	case $1 in
	*eraser*) is "$1: no other history" "$(comm -23 have want)" '' ;;
	*) is "$1: and its whole history" "$(diff have want)" '' ;;
	esac
}
round plain
round plain eraser keeper
round sealed
round sealed eraser keeper
done_testing
